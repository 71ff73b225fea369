# SPDX-License-Identifier: Apache-2.0
"""What looks at many customers, or at the past: tracking of predictions, drift, survival, patterns, priorities,
early warnings, stages, revenue, validation, samples.

Most of it gathers: parts that were made apart are merged, in any order, and give the same. What is absent is None.
Nothing here is random. """
from __future__ import annotations

from ..training import Sample, Samples, SamplesTotals, Trained, Tuned, backtest, train, tune
from .cohorts import Cohorts
from .drift import Detector, DistributionShift, Drift, DriftMetric, DriftVerdict, compare
from .forecast import Revenue, RevenuePoint, Stage, StageMove, Stages, StageWay
from .patterns import Pattern, Patterns, PatternsTotals
from .priorities import Priorities, PrioritiesTotals, Priority
from .signals import Indicators, IndicatorsTotals, Season, SeasonLevel, Signal, Warning_, Warnings, WarningsTotals
from .survival import LifetimeValue, LogRank, Survival, SurvivalMedian, SurvivalPoint, lifetime_value, log_rank
from .tracking import Rate, Target, Tracking, TrackingAdvice, TrackingBin, TrackingFigures, TrackingGroup
from .validation import CalibrationRow, Calibrator, Decision, Figures, GainRow, Threshold, Validation

__all__ = [
    "CalibrationRow", "Calibrator", "Cohorts", "Decision", "Detector", "DistributionShift", "Drift", "DriftMetric",
    "DriftVerdict", "Figures", "GainRow", "Indicators", "IndicatorsTotals", "LifetimeValue", "LogRank", "Pattern",
    "Patterns", "PatternsTotals", "Priorities", "PrioritiesTotals", "Priority", "Rate", "Revenue", "RevenuePoint",
    "Sample", "Samples", "SamplesTotals", "Season", "SeasonLevel", "Signal", "Stage", "StageMove", "StageWay",
    "Stages", "Survival", "SurvivalMedian", "SurvivalPoint", "Target", "Threshold", "Tracking", "TrackingAdvice",
    "TrackingBin", "TrackingFigures", "TrackingGroup", "Trained", "Tuned", "Validation", "Warning_", "Warnings",
    "WarningsTotals", "backtest", "compare", "lifetime_value", "log_rank", "train", "tune",
]
