# SPDX-License-Identifier: Apache-2.0
"""Makes src/structs.ts out of the public headers: an interface for each struct that a class takes or gives, and how it is carried over.

    structs.py INCLUDE RESULTS SQLITE OUT

What a store or channel is asked (store.h, channel.h) is given as the addon has it: names in camelCase, times as numbers. Of all others times
become Date, bits of `present` become null for what is absent, flags become booleans and numbers with a name become that name.
"""
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "python")]
import headers as public  # noqa: E402
from records import comments  # noqa: E402

# As the addon gives them: on the way of every operation.
PLAIN = {"store.h", "channel.h"}
LEFT_OUT = {"csuccess_str", "csuccess_error", "csuccess_allocator", "csuccess_store_ops", "csuccess_channel_ops", "csuccess_op", "csuccess_call", "csuccess_outcome",
            "csuccess_column_results", "csuccess_customer_ops", "csuccess_selection_query", "csuccess_predict_batch", "csuccess_drift_rows", "csuccess_arrow_options",
            "csuccess_zone_answer", "csuccess_commit_request"}
# Members that say how long another one is.
COUNTS = {"role_count", "key_count", "input_count", "then_count", "now_count", "survivals", "metric_count", "exclude_count", "rising_count", "falling_count",
          "horizon_count", "gap_count", "band_count"}
COUNTS_OF = {("csuccess_trajectory_input", "count"), ("csuccess_predictions", "count"), ("csuccess_series", "count"), ("csuccess_stage_path", "stages"),
             ("csuccess_history", "items"), ("csuccess_tracked", "actions")}
# int64 that are no times.
NOT_TIMES = {"period_ms", "horizon_ms", "landmark_ms", "gap_ms", "lease_ms", "longest_ms", "window_ms", "baseline_ms", "lookback_ms", "retrain_every_ms",
             "oldest_message_ms", "delta", "max"}
BOOLS = {"has_score", "is_self", "acted", "calibrated", "naive", "significant", "within", "met", "sure", "due_by_drift", "due_by_time", "needs_outcomes", "alarm",
         "first", "recalibrated", "is_probability", "has_capacity", "import", "publish"}
# Which members a bit of `present` is about. "": all of them hang on it.
PRESENT = {
    "score": {"SCORE_VALUE": "value raw", "SCORE_PREVIOUS": "previous change", "SCORE_REVIEW": "review_at", "SCORE_WEIGHT": "weight"},
    "rollup_member": {"ROLLUP_SCORE": "score", "ROLLUP_WEIGHT": "weight", "ROLLUP_INPUT_AT": "input_at"},
    "rollup_result": {"ROLLUP_SCORE": "score", "ROLLUP_INPUT_AT": "input_at"},
    "trajectory": {"1": "score low high slope slope_low slope_high"},
    "distribution_shift": {"SHIFT_PSI": "psi verdict", "SHIFT_PSI_P": "psi_p", "SHIFT_KS": "ks ks_p"},
    "drift_verdict": {"DRIFT_SHIFT": "expected observed shift shift_p", "DRIFT_TRAINED_AT": "trained_at", "DRIFT_DUE_AT": "due_at"},
    "drift_metric": {"DRIFT_PSI": "psi", "DRIFT_PSI_P": "psi_p", "DRIFT_KS": "ks ks_p", "DRIFT_MEAN": "mean_then mean_now"},
    "history": {"HISTORY_LEFT": "left_at"},
    "at_risk": {"AT_RISK_VALUE": "value", "AT_RISK_UPLIFT": "uplift", "AT_RISK_COST": "cost"},
    "priority": {"AT_RISK_VALUE": "value", "AT_RISK_UPLIFT": "uplift", "AT_RISK_COST": "cost"},
    "selected": {"SELECTED_SCORE": "score raw", "SELECTED_PROBABILITY": "probability"},
    "season_level": {"SEASON_FACTOR": "factor"},
    "series": {"SERIES_LIMIT": "limit", "SERIES_RISING": "rising"},
    "signal": {"SIGNAL_RELATIVE": "relative", "SIGNAL_STRENGTH": "strength"},
    "warning": {"WARNING_PROBABILITY": "probability"},
    "survival_point": {"SURVIVAL_INTERVAL": "low high"},
    "survival_median": {"MEDIAN_VALUE": "median", "MEDIAN_LOW": "low", "MEDIAN_HIGH": "high"},
    "log_rank": {"1": "chi_square p"},
    "tracked": {"TRACKED_ALARM": "alarm", "TRACKED_FIRST": "first"},
    "tracked_outcome": {"TRACKED_OUTCOME_CHURNED": "churned_at"},
    "tracking_figures": {"TRACKING_F1": "f1", "TRACKING_LEAD": "lead_mean_days lead_median_days",
                         "TRACKING_CALIBRATION": "expected observed ece brier log_loss"},
    "sample": {"SAMPLE_OUTCOME": "outcome", "SAMPLE_AS_OF": "as_of", "SAMPLE_OUTCOME_AT": "outcome_at", "SAMPLE_NOTICE_AT": "notice_at", "SAMPLE_FOLD": "fold",
               "SAMPLE_TREATED": "treated", "SAMPLE_HOLDOUT": "holdout"},
    "figures": {"FIGURES_RATES": "base_rate mean_score", "FIGURES_AUC": "auc pr_auc", "FIGURES_INTERVAL": "auc_deviation auc_low auc_high",
                "FIGURES_PROBABILITY": "log_loss brier reliability resolution uncertainty within ece mce", "FIGURES_F1": "best_f1 best_f1_threshold"},
    "decision": {"DECISION_ACCURACY": "accuracy", "DECISION_PRECISION": "precision", "DECISION_RECALL": "recall", "DECISION_F1": "f1",
                 "DECISION_FALSE_POSITIVES": "false_positive_rate specificity"},
    "gain_row": {"1": "lift top_lift gain"},
    "threshold": {"1": "threshold"},
}
# Bits that are there or not and have no member of their own.
BITS = {"rising", "treated", "holdout"}
FLAGS = {
    "score": "SCORE_PROVISIONAL SCORE_OVERRIDDEN SCORE_CHURNED SCORE_CONTRADICTORY",
    "explanation_row": "ROW_SCORED ROW_MISSING ROW_DEFAULTED ROW_POLICY ROW_NUMBER",
    "cause": "CAUSE_BEFORE CAUSE_AFTER",
    "prediction": "PREDICTION_CALIBRATED PREDICTION_DEGRADED",
}
FLAG_NAMES = {"ROW_NUMBER": "isNumber", "CAUSE_BEFORE": "wasBefore", "CAUSE_AFTER": "isAfter"}
PRESENT_BY_FLAGS = {"prediction": {"PREDICTION_PROBABILITY": "probability", "PREDICTION_CONFIDENCE": "confidence"}}
DRIFTS = "DRIFT_STABLE DRIFT_WARN DRIFT_DRIFT DRIFT_TOO_FEW"
ADVICE = "ADVICE_TOO_FEW ADVICE_KEEP ADVICE_RAISE_THRESHOLD ADVICE_LOWER_PRIORITY ADVICE_RETRAIN"
KINDS = "SERIES_OTHER SERIES_USAGE SERIES_ENGAGEMENT SERIES_FEATURE SERIES_SENTIMENT SERIES_ESCALATION SERIES_PAYMENT SERIES_RISK"
COMPARE = "COMPARE_PREVIOUS COMPARE_YEAR COMPARE_SEASON"
SUBSETS = "TRACKING_ALL TRACKING_LEFT_ALONE TRACKING_FIRST"
TRAINERS = "TRAINER_ADDITIVE TRAINER_LOGISTIC TRAINER_HAZARD"
# Numbers that stand for a word: struct.member -> the constants; the word is what is behind the first _ (or the common beginning).
WORDS = {
    "explanation_row.kind": ("ROW_", "ROW_GROUP ROW_METRIC ROW_INTERCEPT ROW_MODIFIER ROW_OVERRIDE ROW_CALIBRATION"),
    "cause.kind": ("CAUSE_", "CAUSE_METRIC CAUSE_MODIFIER CAUSE_OVERRIDE CAUSE_PROFILE CAUSE_DEFINITION CAUSE_OTHER"),
    "prediction.source": ("SOURCE_", "SOURCE_NONE SOURCE_LEARNED SOURCE_XGBOOST SOURCE_HOST SOURCE_SCORECARD SOURCE_LAST"),
    "distribution_shift.verdict": ("DRIFT_", "DRIFT_STABLE DRIFT_WARN DRIFT_DRIFT"),
    "drift_verdict.verdict": ("DRIFT_", DRIFTS),
    "drift_verdict.inputs": ("DRIFT_", DRIFTS),
    "drift_verdict.calibration": ("DRIFT_", DRIFTS),
    "drift_verdict.advice": ("DRIFT_", "DRIFT_KEEP DRIFT_RECALIBRATE DRIFT_RETRAIN"),
    "drift_metric.verdict": ("DRIFT_", DRIFTS),
    "detector_options.kind": ("DETECTOR_", "DETECTOR_ADWIN DETECTOR_PAGE_HINKLEY"),
    "patterns_options.correction": ("CORRECTION_", "CORRECTION_BENJAMINI_HOCHBERG CORRECTION_HOLM"),
    "pattern.test": ("TEST_", "TEST_FISHER TEST_CHI_SQUARE"),
    "priority.basis": ("BASIS_", "BASIS_UPLIFT BASIS_ASSUMED BASIS_RISK BASIS_UNVALUED"),
    "season_options.unit": ("SEASON_", "SEASON_MONTH SEASON_WEEK SEASON_WEEKDAY"),
    "series.kind": ("SERIES_", KINDS),
    "signal.kind": ("SERIES_", KINDS),
    "signal.type": ("SIGNAL_", "SIGNAL_DECLINE SIGNAL_CHANGE SIGNAL_TREND SIGNAL_LIMIT SIGNAL_OCCURRED"),
    "signal.compare": ("COMPARE_", COMPARE),
    "signals_options.compare": ("COMPARE_", COMPARE),
    "tracking_figures.lead_basis": ("TRACKING_", SUBSETS),
    "tracking_figures.calibration_basis": ("TRACKING_", SUBSETS),
    "tracking_group.basis": ("TRACKING_", SUBSETS),
    "tracking_group.advice": ("ADVICE_", ADVICE),
    "tracking_advice.advice": ("ADVICE_", ADVICE),
    "tracking_advice.basis": ("TRACKING_", SUBSETS),
    "sample.kind": ("OUTCOME_", "OUTCOME_CHURN OUTCOME_EXPANSION"),
    "train_options.trainer": ("TRAINER_", TRAINERS),
    "tune_options.trainer": ("TRAINER_", TRAINERS),
    "train_options.target": ("TARGET_", "TARGET_CHURN TARGET_EXPANSION"),
    "train_options.evaluation": ("EVALUATE_", "EVALUATE_AUTO EVALUATE_FOLDS EVALUATE_GIVEN EVALUATE_HOLDOUT"),
    "train_options.calibration": ("CALIBRATE_", "CALIBRATE_AUTO CALIBRATE_NONE CALIBRATE_PLATT CALIBRATE_ISOTONIC"),
    "train_options.update": ("UPDATE_", "UPDATE_REFIT UPDATE_RECALIBRATE"),
    "tune_options.what": ("TUNE_", "TUNE_WEIGHTS TUNE_TRAINER"),
    "validation_options.binning": ("BINS_", "BINS_WIDTH BINS_ROWS"),
    "feeling.label": ("LABEL_", "LABEL_NEGATIVE LABEL_NEUTRAL LABEL_POSITIVE"),
}
# Texts that are empty where there is none: null.
EMPTY = {"score.status", "score.trend", "score.profile", "prediction.customer", "prediction.level", "prediction.digest", "prediction.because", "selected.customer",
         "selected.status", "selected.level"}
BYTES = {"write.body": "Uint8Array | null", "entry.body": "string | null"}
JSON_TEXTS = {"samples_options.outcome", "train_options.parameters", "tune_options.grid", "config_options.bindings"}
ARRAYS = {"double": "Float64Array | readonly number[]", "int64_t": "BigInt64Array | readonly Time[]", "int32_t": "Int32Array | readonly number[]",
          "uint8_t": "Uint8Array | readonly number[]", "uint32_t": "Uint32Array | readonly number[]", "csuccess_str": "readonly string[]"}
ELEMENTS = {"double": "f64", "int64_t": "time", "int32_t": "i32", "uint8_t": "u8", "uint32_t": "u32"}


def camel(name):
    return re.sub(r"_(\w)", lambda m: m.group(1).upper(), name)


def interface_name(struct):
    return "".join(word.capitalize() for word in struct.removeprefix("csuccess_").split("_"))


class Shape:
    """One struct on its way: what the interface says and what the table of conversions says."""

    def __init__(self, model, struct, taken):
        self.model, self.struct, self.taken = model, struct, taken
        self.short = struct.name.removeprefix("csuccess_")
        self.plain = struct.header in PLAIN
        self.members, self.times, self.bools, self.words, self.nulls = [], {}, [], {}, []
        self.arrays, self.jsons = {}, []
        self.present = {} if self.plain else {bit: fields.split() for bit, fields in PRESENT.get(self.short, {}).items()}
        self.by_flags = PRESENT_BY_FLAGS.get(self.short, {})
        for member in struct.fields:
            self.take(member)
        for bits in self.present.values():
            for name in bits:
                if name in BITS:
                    self.members.append((name, "boolean", ""))
        for flag in FLAGS.get(self.short, "").split():
            self.members.append((self.flag_name(flag), "boolean", ""))

    def flag_name(self, flag):
        return FLAG_NAMES.get(flag, camel(flag.split("_", 1)[1].lower()))

    def skipped(self, member):
        name, kind = member.name, member.type
        return (name in ("size", "reserved", "allocator", "limits") or name == "present" and not kind.pointers or name in COUNTS or (self.struct.name, name) in COUNTS_OF or kind.callback
                or kind.name in self.model.callbacks or kind.name == "void" or name == "flags" and self.short in FLAGS)

    def take(self, member):
        if self.skipped(member):
            return
        name, kind, place = member.name, member.type, f"{self.short}.{member.name}"
        shown = camel(name)
        if kind.pointers and kind.name in ARRAYS:
            text = ARRAYS[kind.name]
            if kind.name in ELEMENTS:
                self.arrays[shown] = ELEMENTS[kind.name]
        elif kind.name in self.model.structs and kind.name != "csuccess_str":
            array = any(f.name == f"{name.rstrip('s')}_count" for f in self.struct.fields)
            text = interface_name(kind.name) + ("[]" if array else " | null" if kind.pointers and place != "send_request.message" else "")
        elif kind.name in self.model.handles:
            text = "Shared | null"
        elif kind.name == "csuccess_str":
            text = self.text(place, shown)
        elif kind.length:
            text = "number[]"
        elif self.plain:
            text = "number"
        else:
            shown, text = self.number(member, place, shown)
        if (any(name in fields for fields in self.present.values()) or name in self.by_flags.values()) and not text.endswith("null"):
            text += " | null"
        self.members.append((shown, text, name))

    def text(self, place, shown):
        if place in BYTES:
            return BYTES[place]
        if place in EMPTY:
            self.nulls.append(shown)
            return "string | null"
        if place in JSON_TEXTS:
            self.jsons.append(shown)
            return "string | Record<string, unknown>"
        return "string"

    def number(self, member, place, shown):
        name = member.name
        if place in WORDS:
            prefix, constants = WORDS[place]
            words = {c.removeprefix(prefix).lower(): self.model.constants["CSUCCESS_" + c] for c in constants.split()}
            self.words[shown] = words
            return shown, " | ".join(f'"{w}"' for w in words)
        if name in BOOLS and member.type.name in ("int32_t", "uint32_t") or place == "sample.outcome":
            self.bools.append(shown)
            return shown, "boolean"
        if member.type.name == "int64_t" and name not in NOT_TIMES and place != "revenue_customer.horizon_ms":
            api = camel(name.removesuffix("_ms"))
            self.times[api] = shown
            return api, "Time" if self.taken else "Date | null"
        return shown, "number"

    def interface(self, source):
        about, said = comments(source, self.struct.name)
        lines = [f"/** {about or interface_name(self.struct.name)} */".replace("@", "\\@"), f"export interface {interface_name(self.struct.name)} {{"]
        for shown, text, name in self.members:
            if said.get(name):
                lines.append(f"  /** {said[name]} */".replace("@", "\\@"))
            lines.append(f"  {shown}{'?' if self.taken else ''}: {text};")
        return lines + ["}"]

    def table(self):
        def bit(name):
            return int(name) if name.isdigit() else self.model.constants["CSUCCESS_" + name]

        def shown(name):
            return camel(name.removesuffix("_ms"))
        parts = []
        if self.times:
            parts.append("times: {" + ", ".join(f"{a}: {r!r}" for a, r in self.times.items()) + "}")
        if self.bools:
            parts.append("bools: " + str(self.bools))
        if self.words:
            parts.append("words: {" + ", ".join(f"{n}: {w}" for n, w in self.words.items()) + "}")
        if self.arrays:
            parts.append("arrays: {" + ", ".join(f"{n}: {e!r}" for n, e in self.arrays.items()) + "}")
        if self.jsons:
            parts.append("jsons: " + str(self.jsons))
        if self.nulls:
            parts.append("empty: " + str(self.nulls))
        if self.present:
            parts.append("present: {" + ", ".join(f"{bit(b)}: {[shown(f) for f in fields]}" for b, fields in self.present.items()) + "}")
        if any(f in BITS for fields in self.present.values() for f in fields):
            parts.append("bits: " + str([f for fields in self.present.values() for f in fields if f in BITS]))
        if FLAGS.get(self.short):
            parts.append("flags: {" + ", ".join(f"{self.flag_name(f)}: {bit(f)}" for f in FLAGS[self.short].split()) + "}")
        if self.by_flags:
            parts.append("presentFlags: {" + ", ".join(f"{bit(b)}: {[f]}" for b, f in self.by_flags.items()) + "}")
        return f"  {interface_name(self.struct.name)}: {{{', '.join(parts)}}}," if parts and not self.plain else ""


def inputs(model):
    """The structs that functions take, with those that stand in them."""
    found = set()

    def note(kind):
        if kind.name in model.structs and kind.name not in found:
            found.add(kind.name)
            for member in model.structs[kind.name].fields:
                note(member.type)
    for function in model.functions.values():
        for parameter in function.parameters:
            if parameter.type.const:
                note(parameter.type)
    return found


def write(out, model, folder, extra):
    sources = {name: path.read_text() for name, path in public.include_order(folder, extra)}
    taken = inputs(model)
    shapes = [Shape(model, s, s.name in taken and s.header not in PLAIN and s.name not in ("csuccess_entry", "csuccess_message"))
              for s in model.structs.values() if s.name.startswith("csuccess_") and s.name not in LEFT_OUT]
    lines = ["// SPDX-License-Identifier: Apache-2.0", "// Made from the public headers by structs.py; the build makes it anew.", "",
             'import type { Shared } from "./handle.js";', 'import type { Shape, Time } from "./values.js";', ""]
    for shape in shapes:
        lines += shape.interface(sources[shape.struct.header]) + [""]
    lines += ["/** How each of them is carried over: see values.ts. */", "export const shapes = {", *filter(None, (s.table() for s in shapes)),
              "} satisfies Record<string, Shape>;", ""]
    results = {n.removeprefix("CSUCCESS_"): v for n, v in model.constants.items() if v <= 0 and re.fullmatch(r"CSUCCESS_E[A-Z]+", n)}
    lines += ["/** The names of the errors, as CsuccessError.code has them. */",
              "export type ErrorCode = " + " | ".join(f'"CSUCCESS_{n}"' for n in results) + ";", ""]
    Path(out).write_text("\n".join(lines), encoding="utf-8")


def main():
    include, results, sqlite, out = sys.argv[1:5]
    adapters = [sqlite] if sqlite else []
    extra = {Path(path).name: Path(path) for path in (results, *adapters)}
    write(out, public.read(include, results, *adapters), Path(include), extra)


if __name__ == "__main__":
    main()
