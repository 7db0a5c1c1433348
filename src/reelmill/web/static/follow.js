// The latest event of each job, for whoever wants to know of one; also of what came before they asked.

const latest = new Map();
const wanting = new Map();

document.addEventListener("job", ({ detail: job }) => {
  latest.set(job.id, job);
  wanting.get(job.id)?.forEach((take) => take(job));
});

// Returns a function that ends it.
export function follow(jobId, take) {
  const several = wanting.get(jobId) ?? new Set();
  wanting.set(jobId, several.add(take));
  if (latest.has(jobId)) take(latest.get(jobId));
  return () => several.delete(take);
}
