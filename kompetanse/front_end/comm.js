// A component's way to its kernel, which may be used before the line is there: what is said until then waits, in order.
import { shims } from "@jupyter-widgets/base";

export const TARGET = "jupyter.widget";

export class Comm {
  target_name = TARGET;
  waiting = [];

  constructor(id) {
    this.comm_id = id;
  }

  /** Speak through this connection from now on. */
  through(kernel) {
    this.line = new shims.services.Comm(kernel.createComm(TARGET, this.comm_id));
    this.line.on_msg((message) => this.heard?.(message));
    this.line.on_close((message) => this.closed?.(message));
    for (const [way, said] of this.waiting.splice(0)) this.line[way](...said);
  }

  send(...said) {
    return this.say("send", said);
  }

  close(...said) {
    return this.say("close", said);
  }

  on_msg(heard) {
    this.heard = heard;
  }

  on_close(closed) {
    this.closed = closed;
  }

  /** The message's id, once there is a line. */
  say(way, said) {
    if (this.line) return this.line[way](...said);
    this.waiting.push([way, said]);
    return undefined;
  }
}
