// SPDX-License-Identifier: Apache-2.0
// The health of a parent from its children's.

import { Config } from "./config.js";
import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { type RollupMember, type RollupResult, type Score, shapes } from "./structs.js";
import { incoming, outgoing } from "./values.js";

/** The health of a parent from its children's results, as `health.rollup` says. The order of adding does not matter. */
export class Rollup extends Handle {
  /** @throws CsuccessError CSUCCESS_EINVALID: the configuration has no `health.rollup` */
  constructor(config: Config) {
    super(raw.csuccess_rollup_new(used(config, Config)), raw.csuccess_rollup_free);
  }

  /**
   * Adds a child by its raw score (null: it has none) and weight. `inputAt` is the time of its oldest input, or of its score; `isSelf`: the parent's own, left out unless
   * `include_self`.
   * @throws CsuccessError CSUCCESS_ERANGE (not finite, or a weight below 0), CSUCCESS_EINVALID after finish()
   */
  add(member: RollupMember): this {
    raw.csuccess_rollup_add(this.use(), incoming(shapes.RollupMember, member));
    return this;
  }

  /** The same of what Scorer.score() gave. */
  addScore(score: Pick<Score, "raw" | "weight">, more: Omit<RollupMember, "score"> = {}): this {
    return this.add({ score: score.raw, weight: score.weight, ...more });
  }

  /** The result over everything added; nothing can be added afterwards. */
  finish(): RollupResult {
    return outgoing(shapes.RollupResult, raw.csuccess_rollup_finish(this.use()));
  }
}
