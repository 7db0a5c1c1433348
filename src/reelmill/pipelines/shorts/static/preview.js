// The frame under the scrubber, shown as the short will show it.
import { centered, drawShort, drawWhole, windowAt } from "./crop.js";
import { clock } from "./words.js";

const STEPS_A_SECOND = 10;

export class Preview {
  constructor(root) {
    this.root = root;
    this.short = root.querySelector(".preview-short");
    this.whole = root.querySelector(".preview-whole");
    this.at = root.querySelector("#preview-at");
    this.playing = root.querySelector("#preview-play");
    this.told = root.querySelector("[data-plan-told]");
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, playsInline: true, preload: "auto" });
    this.still = new Image();
    this.strategy = "center_crop";
    this.plan = null;
    this.span = { start: 0, end: 0 };
    this.listen();
  }

  listen() {
    for (const name of ["seeked", "loadeddata"]) this.video.addEventListener(name, () => this.draw());
    this.still.addEventListener("load", () => this.draw());
    this.at.addEventListener("input", () => this.seek(this.span.start + this.at.value / STEPS_A_SECOND));
    this.playing.addEventListener("click", () => (this.video.paused ? this.play() : this.video.pause()));
    for (const name of ["play", "pause"]) this.video.addEventListener(name, () => this.showPlaying());
  }

  // A browser that cannot play the source still shows the picture of the scene.
  open(source, picture, start, end) {
    this.still.src = picture;
    if (this.video.getAttribute("src") !== source) this.video.src = source;
    this.trim(start, end, start);
  }

  close() {
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
    this.plan = null;
    delete this.root.dataset.drawn;
  }

  trim(start, end, at) {
    this.span = { start, end };
    this.at.max = Math.max(0, Math.floor((end - start) * STEPS_A_SECOND));
    this.seek(Math.min(Math.max(at, start), Math.max(start, end - 0.05)));
  }

  seek(seconds) {
    this.video.currentTime = seconds;
    this.at.value = Math.round((seconds - this.span.start) * STEPS_A_SECOND);
    this.at.setAttribute("aria-valuetext", clock(seconds));
  }

  show(strategy, plan, words) {
    this.strategy = strategy;
    this.plan = plan;
    this.told.textContent = words ?? "";
    this.draw();
  }

  async play() {
    if (this.video.currentTime >= this.span.end - 0.1) this.seek(this.span.start);
    await this.video.play().catch(() => {});
    const follow = () => {
      if (this.video.paused) return;
      if (this.video.currentTime >= this.span.end) this.video.pause();
      this.at.value = Math.round((this.video.currentTime - this.span.start) * STEPS_A_SECOND);
      this.draw();
      requestAnimationFrame(follow);
    };
    follow();
  }

  showPlaying() {
    const plays = !this.video.paused;
    this.playing.setAttribute("aria-pressed", String(plays));
    this.playing.firstElementChild.textContent = plays ? "❚❚" : "▶";
  }

  picture() {
    if (this.video.readyState >= 2 && this.video.videoWidth) {
      this.video.ownWidth = this.video.videoWidth;
      this.video.ownHeight = this.video.videoHeight;
      return this.video;
    }
    if (!this.still.complete || !this.still.naturalWidth) return null;
    this.still.ownWidth = this.still.naturalWidth;
    this.still.ownHeight = this.still.naturalHeight;
    return this.still;
  }

  draw() {
    const picture = this.picture();
    if (!picture) return;
    const size = this.plan
      ? { width: this.plan.source_width, height: this.plan.source_height }
      : { width: picture.ownWidth, height: picture.ownHeight };
    const window = this.plan ? windowAt(this.plan, this.video.currentTime - this.span.start) : centered(size.width, size.height);
    const keepsAll = this.strategy === "letterbox" || this.strategy === "blur_fill";
    drawShort(this.short, picture, size, this.strategy, window);
    drawWhole(this.whole, picture, size, keepsAll ? null : window);
    this.root.dataset.drawn = this.strategy;
    this.root.dataset.window = keepsAll ? "" : Math.round(window.x);
  }
}
