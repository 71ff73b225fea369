// SPDX-License-Identifier: Apache-2.0
// How a text sounds.

import { Config } from "./config.js";
import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { type Feeling, shapes } from "./structs.js";
import { incoming, outgoing } from "./values.js";

/** What a text says, with the names of what it shows. */
export interface Tone extends Omit<Feeling, "emotions" | "issues"> {
  /** Emotions of the section `sentiment`. */
  readonly emotions: readonly string[];
  /** Issues of the section `sentiment`. */
  readonly issues: readonly string[];
}

/** Names up to the first place where there is none. */
function names(get: (index: number) => string): string[] {
  const found: string[] = [];
  for (let name = get(0); name !== ""; name = get(found.length)) found.push(name);
  return found;
}

const chosen = (bits: number, all: readonly string[]): string[] => all.filter((_, index) => ((bits >>> index) & 1) === 1);

/** A scorer of texts. */
export class Sentiment extends Handle {
  /** The emotions that it knows, in the order of their bits. */
  readonly emotions: readonly string[];
  /** The issues that it knows, in the order of their bits. */
  readonly issues: readonly string[];

  /** `config`: whose section `sentiment` says words and patterns; absent: the lexicon alone, without emotions and issues. */
  constructor(config?: Config) {
    const handle: unknown = raw.csuccess_sentiment_new(config === undefined ? null : used(config, Config));
    super(handle, (mine) => raw.csuccess_sentiment_free(mine));
    this.emotions = names((index) => raw.csuccess_sentiment_emotion(handle, index));
    this.issues = names((index) => raw.csuccess_sentiment_issue(handle, index));
  }

  /** Scores a text, of which the first 64 KiB are read. The empty text is neutral. */
  score(text: string): Tone {
    const { emotions, issues, ...rest } = outgoing<Feeling>(shapes.Feeling, raw.csuccess_sentiment_score(this.use(), text));
    return { ...rest, emotions: chosen(emotions, this.emotions), issues: chosen(issues, this.issues) };
  }
}

/** What an engine's `sentiment` may say: a feeling, a score of -1 to 1, or null: the library's own holds. */
export type FeelingAnswer = Feeling | number | null | undefined;

/** @internal A feeling as the host gets it. */
export function feelingOf(feeling: unknown): Feeling {
  return outgoing<Feeling>(shapes.Feeling, feeling);
}

/** @internal An answer as the addon takes it; label 2: by the score. */
export function feelingAnswer(answer: FeelingAnswer, own: unknown): unknown {
  if (answer === null || answer === undefined) return null;
  if (typeof answer === "number") return { ...(own as object), score: answer, label: 2 };
  return incoming(shapes.Feeling, answer);
}
