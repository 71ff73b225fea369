// SPDX-License-Identifier: Apache-2.0
// What every object of the library has in common: a handle of the addon, and its end.

/** An object of the library that is shared freely and lives as long as something refers to it. */
export abstract class Shared {
  readonly #handle: unknown;

  /** @internal */
  protected constructor(handle: unknown) {
    this.#handle = handle;
  }

  /** @internal The addon's object. One that was closed is handed on as it is: the addon says so. */
  use(): unknown {
    return this.#handle;
  }
}

/**
 * An object of the library with an end. Its memory is freed by close(), by `using`, or, when that was forgotten, some time after nothing refers to it any more.
 * What is used after close() throws CsuccessError CSUCCESS_EINVALID; what is used from a callback of itself, CSUCCESS_EBUSY.
 */
export abstract class Handle extends Shared {
  readonly #free: (handle: unknown) => unknown;
  #closed = false;

  /** @internal */
  protected constructor(handle: unknown, free: (handle: unknown) => unknown) {
    super(handle);
    this.#free = free;
  }

  /** Frees it at once; again does nothing. CSUCCESS_EBUSY from a callback of the object itself. */
  close(): void {
    if (this.#closed) return;
    this.#free(this.use());
    this.#closed = true;
  }

  /** Whether close() was called. */
  get closed(): boolean {
    return this.#closed;
  }
}

export interface Handle {
  /** close(), for `using`; on a runtime that has Symbol.dispose. */
  [Symbol.dispose](): void;
}

const dispose = (Symbol as { dispose?: symbol }).dispose;
if (dispose) {
  Object.defineProperty(Handle.prototype, dispose, { value(this: Handle) { this.close(); }, configurable: true, writable: true });
}

/** @internal The addon's object of one of ours, for calls that take it. */
export function used<T extends Shared>(object: T, kind: { readonly prototype: T; readonly name: string }): unknown {
  if (!(object instanceof (kind as unknown as new () => T))) throw new TypeError(`a ${kind.name} is wanted here`);
  return object.use();
}
