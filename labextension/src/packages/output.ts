/** What `%secure_pip` shows in a kernel, as the panel tells it: how far it is, how it ended. Pure functions. */

import type { Failure } from '../api';

/** As much of a message as counts here. */
export interface IOutput {
  type: string;
  content: unknown;
}

/** What a kernel has said so far. */
export interface ISaid {
  /** The last line about the progress. */
  progress: string;
  /** How much is done, from 0 to 1; null while that is not known. */
  part: number | null;
  /** The sentences of the result. */
  lines: string[];
}

/** What is known before a kernel says something. */
export const NOTHING: ISaid = { progress: '', part: null, lines: [] };

/** The metadata of an output that only says how far it is: see `jupyter_securepypi/notebook/display.py`. */
const PROGRESS = 'securepypi_progress';

/** What has been said, with one more message. */
export function withOutput(said: ISaid, { type, content }: IOutput): ISaid {
  const { data, metadata, text } = content as {
    data?: Record<string, unknown>;
    metadata?: Record<string, { part?: unknown } | undefined>;
    text?: unknown;
  };
  if (type === 'stream' && typeof text === 'string') {
    return { ...said, lines: [...said.lines, ...linesOf(text)] };
  }
  if (type !== 'display_data' && type !== 'update_display_data') {
    return said;
  }
  const plain = asText(data?.['text/plain']);
  const progress = metadata?.[PROGRESS];
  if (!progress) {
    return { ...said, lines: sentencesOf(linesOf(plain)) };
  }
  const { part } = progress;
  return {
    ...said,
    progress: linesOf(plain).pop() ?? said.progress,
    part: typeof part === 'number' ? part : null
  };
}

/** The kind of failure of what the kernel has not run, because a cell before it failed; the words are ours. */
export const ABORTED = 'Aborted';

/** The failure in an execution's reply, in three parts; null where it went well. */
export function failureOf(reply: unknown): Failure | null {
  const { status, ename, evalue } = reply as Record<string, unknown>;
  if (status === 'ok') {
    return null;
  }
  if (status !== 'error') {
    return { kind: ABORTED, message: '', why: '', remedy: '' };
  }
  const [message, ...parts] = linesOf(asText(evalue));
  return {
    kind: asText(ename),
    message: message || asText(ename),
    why: part('why', parts),
    remedy: part('try', parts)
  };
}

/** Whether somebody interrupted it, which is no failure. */
export function isInterrupt(failure: Failure): boolean {
  return failure.kind === 'Interrupted' || failure.kind === 'KeyboardInterrupt';
}

/** Whether the kernel does not know the magic. */
export function lacksMagic(failure: Failure): boolean {
  return failure.kind === 'UsageError' && failure.message.includes('secure_pip');
}

/** What stands behind a label, as far as the next one. */
function part(label: string, lines: string[]): string {
  const marked = lines.map(line => /^ {2}(why|try) {3}(.*)$/.exec(line));
  const start = marked.findIndex(found => found?.[1] === label);
  if (start < 0) {
    return '';
  }
  const next = marked.findIndex((found, n) => n > start && found !== null);
  const rest = lines.slice(start + 1, next < 0 ? undefined : next);
  return [marked[start]?.[2] ?? '', ...rest.map(line => line.trim())].join(' ');
}

/** The sentences below a table of text, whose last line comes before the first sentence. */
function sentencesOf(lines: string[]): string[] {
  const sentences = lines.filter(line => /[.!?]$/.test(line.trim()));
  return sentences.length > 0 ? sentences : lines.slice(-1);
}

function linesOf(text: string): string[] {
  return withoutColours(text)
    .split(/\r?\n/)
    .filter(line => line.trim() !== '');
}

function withoutColours(text: string): string {
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

/** A text of the notebook format, which may be split into lines. */
function asText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.join('');
  }
  return typeof value === 'string' ? value : '';
}
