// A piece of work with a start button, a cancel button, progress and errors, in a panel of the page.
import { counted } from "./dom.js";

const ANNOUNCE_EVERY = 5_000;

export class Job {
  /**
   * @param {HTMLElement} panel holds elements of the classes start, cancel, progress, done, status and error
   * @param {() => Promise<any>} prepare waits for the input that the work needs; it cannot be cancelled
   * @param {(job: Job, signal: AbortSignal) => Promise<string>} work gives the sentence to say at the end
   * @param {(error: Error) => string} explain makes a message of an error
   */
  constructor(panel, prepare, work, explain) {
    const part = (name) => panel.querySelector(name);
    this.start = part(".start");
    this.cancel = part(".cancel");
    this.progress = part(".progress");
    this.bar = part("progress");
    this.done = part(".done");
    this.status = part(".status");
    this.error = part(".error");
    this.prepare = prepare;
    this.work = work;
    this.explain = explain;
    this.start.addEventListener("click", () => this.run());
    this.cancel.addEventListener("click", () => this.stop());
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.stop();
      }
    });
  }

  /** Gets whether the work is under way. */
  get isRunning() {
    return this.abort !== undefined;
  }

  /** Cancels the work. */
  stop() {
    this.abort?.abort();
  }

  /** Takes away what an earlier run has said. */
  clear() {
    this.status.textContent = "";
    this.error.textContent = "";
  }

  /** Shows how much is done; it is read out from time to time only. */
  show(done, all, thing) {
    this.bar.max = all;
    this.bar.value = done;
    const text = `${done.toLocaleString("en")} of ${counted(all, thing)} done`;
    this.done.textContent = text;
    if (Date.now() - this.announced >= ANNOUNCE_EVERY) {
      this.announced = Date.now();
      this.status.textContent = text;
    }
  }

  async run() {
    if (this.isRunning || this.isPreparing) {
      return;
    }

    this.clear();
    try {
      this.isPreparing = true;
      await this.prepare();
    } catch (error) {
      this.#tell(error);
      return;
    } finally {
      this.isPreparing = false;
    }

    this.abort = new AbortController();
    this.announced = Date.now();
    this.#switch(true);
    try {
      this.status.textContent = await this.work(this, this.abort.signal);
    } catch (error) {
      this.#tell(error);
    } finally {
      this.abort = undefined;
      this.#switch(false);
    }
  }

  #tell(error) {
    this.status.textContent = "";
    if (this.abort?.signal.aborted) {
      this.status.textContent = "Cancelled. Start again to go on where it was.";
    } else {
      this.error.textContent = this.explain(error);
      this.error.focus();
    }
  }

  /** Shows the cancel button in place of the start button, or the other way; the focus goes with it. */
  #switch(isRunning) {
    const [shown, hidden] = isRunning ? [this.cancel, this.start] : [this.start, this.cancel];
    const hadFocus = document.activeElement === hidden;
    shown.hidden = false;
    hidden.hidden = true;
    this.progress.hidden = !isRunning;
    this.done.textContent = "";
    this.bar.removeAttribute("value");
    if (hadFocus) {
      shown.focus();
    }
  }
}
