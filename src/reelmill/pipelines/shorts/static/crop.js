// A picture, a strategy and a crop plan -> what of the picture a short shows, and how. Pure but for the drawing.

const SHAPE = 9 / 16;
// A blur takes in what lies around the picture; so far out, it is not to be seen.
const OVERSCAN = 1.12;

export function centered(width, height) {
  const wide = Math.min(width, height * SHAPE);
  const high = Math.min(height, width / SHAPE);
  return { x: (width - wide) / 2, y: (height - high) / 2, width: wide, height: high };
}

// Where the window of a plan is, `seconds` after the start of the cut.
export function windowAt(plan, seconds) {
  const keys = plan.keyframes;
  let index = keys.findIndex((key) => key.at_s > seconds);
  if (index < 0) index = keys.length;
  const before = keys[Math.max(0, index - 1)];
  const after = keys[index];
  let { x, y } = before;
  if (after && !after.jump && after !== before) {
    const share = Math.max(0, (seconds - before.at_s) / (after.at_s - before.at_s));
    x += (after.x - x) * share;
    y += (after.y - y) * share;
  }
  return { x, y, width: plan.window_width, height: plan.window_height, key: before };
}

const fitted = (width, height, to, how) => {
  const scale = how(to.width / width, to.height / height);
  const [wide, high] = [width * scale, height * scale];
  return [(to.width - wide) / 2, (to.height - high) / 2, wide, high];
};

export function drawShort(canvas, picture, size, strategy, window) {
  const pen = canvas.getContext("2d");
  pen.filter = "none";
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  if (strategy === "blur_fill") {
    pen.filter = `blur(${canvas.width / 22}px)`;
    pen.drawImage(picture, ...fitted(size.width, size.height, canvas, (across, down) => Math.max(across, down) * OVERSCAN));
    pen.filter = "none";
  }
  if (strategy === "letterbox" || strategy === "blur_fill") {
    pen.drawImage(picture, ...fitted(size.width, size.height, canvas, Math.min));
    return;
  }
  const { x, y, width, height } = window;
  const [across, down] = [picture.ownWidth / size.width, picture.ownHeight / size.height];
  pen.drawImage(picture, x * across, y * down, width * across, height * down, 0, 0, canvas.width, canvas.height);
}

export function drawWhole(canvas, picture, size, window) {
  const high = Math.round((canvas.width * size.height) / size.width);
  if (canvas.height !== high) canvas.height = high;
  const pen = canvas.getContext("2d");
  const scale = canvas.width / size.width;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (!window) return;
  const [x, y, wide, tall] = [window.x, window.y, window.width, window.height].map((side) => side * scale);
  pen.fillStyle = "rgb(0 0 0 / 60%)";
  pen.beginPath();
  pen.rect(0, 0, canvas.width, canvas.height);
  pen.rect(x, y, wide, tall);
  pen.fill("evenodd");
  pen.strokeStyle = "#fff";
  pen.lineWidth = 3;
  pen.strokeRect(x + 1.5, y + 1.5, Math.max(0, wide - 3), Math.max(0, tall - 3));
}
