// SPDX-License-Identifier: Apache-2.0
// Who may do what.

import { Config } from "./config.js";
import { CsuccessError } from "./error.js";
import { used } from "./handle.js";
import { raw } from "./raw.js";
import { atOnce } from "./store.js";

/**
 * On whose behalf a call is made: a person or a service, with roles of the section `access`. Without one a call is made by the host itself, who may do everything.
 * What cannot be (no role, an id of more than 256 bytes, the id "host") is refused by the call that it is handed to.
 */
export interface Principal {
  /** It stands in every entry that comes of the call. */
  readonly id: string;
  /** 1 to 64; each is looked at, the first that allows decides. */
  readonly roles: readonly string[];
}

/** Whether one leads the other, for the scope "team". */
export type Leads = (manager: string, member: string) => boolean;

/** An answer of may(). */
export interface Access {
  readonly allowed: boolean;
  /** What decided, such as "access.roles.csm: customer read, assigned"; of a refusal, why. */
  readonly rule: string;
}

/**
 * Whether the principal (null: the host) may do this, by the roles of the configuration and the standard ones.
 *
 * `resource`: "customer", "health", "prediction", "event", "alert", "override", "consent", "task", "approval", "audit", "engine" or "configuration"; `action`: "read", "write", "run",
 * "erase", "approve" or "export"; `owner`: the customer's success manager, empty: nobody. What `leads` throws is thrown.
 * @throws CsuccessError CSUCCESS_EINVALID for an unknown resource or action, or a principal that cannot be
 */
export function may(
  config: Config, principal: Principal | null, resource: string, action: string, { owner = "", leads }: { owner?: string; leads?: Leads } = {},
): Access {
  const asked = leads && ((manager: string, member: string): boolean => atOnce(leads(manager, member), "leads"));
  try {
    return { allowed: true, rule: raw.csuccess_access_check(used(config, Config), { principal, resource, action, owner, ...(asked && { leads: asked }) }) };
  } catch (error) {
    if (error instanceof CsuccessError && error.code === "CSUCCESS_EDENIED") return { allowed: false, rule: error.message };
    throw error;
  }
}
