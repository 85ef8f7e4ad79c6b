/** Reads a chart's table: what is drawn, walked through and saved is what stands there. */

/** One cell: its words, and its figure where it has one. */
export interface Cell {
  readonly words: string;
  readonly value: number | null;
  readonly open: boolean;
  readonly step: number;
  /** The ends between which the value is likely; both are the value where nothing is said. */
  readonly low: number;
  readonly high: number;
}

/** One row with what it is called, in full and beneath a chart. */
export interface Row {
  readonly name: string;
  readonly short: string;
  readonly cells: readonly Cell[];
}

/** A table without the columns that only draw; the first head is of the rows' names. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
}

function words(element: Element): string {
  return (element.textContent ?? "").replace(/\s+/g, " ").trim();
}

function cellOf(element: HTMLElement): Cell {
  const { value, open, step, low = value, high = value } = element.dataset;
  return {
    words: words(element),
    value: value === undefined ? null : Number(value),
    open: open !== undefined,
    step: step === undefined ? 0 : Number(step),
    low: Number(low ?? 0),
    high: Number(high ?? 0),
  };
}

/** Return the table of a figure: its own, or the one that it names. */
export function readTable(figure: HTMLElement): Table | null {
  const named = figure.dataset["table"];
  const table = named === undefined ? figure.querySelector("table") : document.getElementById(named);
  if (table === null) return null;
  const heads = [...table.querySelectorAll<HTMLElement>("thead th")];
  const drawn = new Set(heads.flatMap((head, at) => (head.dataset["drawn"] === undefined ? [] : [at])));
  return {
    heads: heads.filter((_, at) => !drawn.has(at)).map(words),
    rows: [...table.querySelectorAll("tbody tr")].map((row) => {
      const [name, ...cells] = [...row.children].filter((_, at) => !drawn.has(at)) as HTMLElement[];
      const full = name === undefined ? "" : words(name);
      return { name: full, short: name?.dataset["short"] ?? full, cells: cells.map(cellOf) };
    }),
  };
}
