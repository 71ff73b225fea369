// SPDX-License-Identifier: Apache-2.0
// Models: what training made, or another program's trees.

import { Shared } from "./handle.js";
import { raw } from "./raw.js";
import type { Limits, ModelOptions } from "./structs.js";
import { type Json, date, json, listed } from "./values.js";

/** How to load a model. */
export type LoadModelOptions = ModelOptions & { limits?: Limits };

/**
 * A model that predicts something of a customer: a model document that training wrote, or an XGBoost model in that program's own JSON. It never changes; a configuration names it
 * and is given it by the option `models` of Config.compile().
 */
export class Model extends Shared {
  private constructor(handle: unknown) {
    super(handle);
  }

  /**
   * Loads a model document or XGBoost's JSON.
   * @throws CsuccessError CSUCCESS_EMODEL, CSUCCESS_EDIGEST (it was changed after it was sealed), CSUCCESS_EJSON, CSUCCESS_EUNSUPPORTED, CSUCCESS_ELIMIT
   */
  static load(document: Json, options: LoadModelOptions = {}): Model {
    return new Model(raw.csuccess_model_load(json(document), options));
  }

  /** The document with its digest computed anew, after an edit; the digest that stood there before becomes `parent`. */
  static seal(document: Json, options: LoadModelOptions = {}): string {
    return raw.csuccess_model_seal(json(document), options) as string;
  }

  get name(): string {
    return raw.csuccess_model_name(this.use());
  }

  /** "additive", "logistic", "hazard" or "xgboost". */
  get kind(): string {
    return raw.csuccess_model_kind(this.use());
  }

  /** What is predicted: "churn", "expansion" or "nps". */
  get target(): string {
    return raw.csuccess_model_target(this.use());
  }

  /** "sha256:" and 64 digits over the content. */
  get digest(): string {
    return raw.csuccess_model_digest(this.use());
  }

  /** The digest of the model that this one was made from, or null. */
  get parent(): string | null {
    return raw.csuccess_model_parent(this.use()) || null;
  }

  /** The model document as it was loaded; null of an XGBoost model. */
  get document(): string | null {
    return raw.csuccess_model_document(this.use()) || null;
  }

  /** The days ahead that a probability speaks of; 0 when the model does not say. */
  get horizonDays(): number {
    return raw.csuccess_model_horizon_days(this.use());
  }

  /** Whether what it gives was calibrated on rows that it was not fitted on. */
  get calibrated(): boolean {
    return raw.csuccess_model_calibrated(this.use()) === 1;
  }

  /** Whether it was trained on dated rows. */
  get dated(): boolean {
    return raw.csuccess_model_dated(this.use()) === 1;
  }

  /** When it was trained; null when it does not say. */
  get trainedAt(): Date | null {
    try {
      return date(raw.csuccess_model_trained_at(this.use()));
    } catch (error) {
      if ((error as { code?: string }).code === "CSUCCESS_EMISSING") return null;
      throw error;
    }
  }

  /** The metrics (of an XGBoost model: features) that it reads, and the type that each must have. */
  get metrics(): { name: string; type: string }[] {
    return listed(raw.csuccess_model_metrics(this.use()), (index) => raw.csuccess_model_metric(this.use(), index));
  }
}
