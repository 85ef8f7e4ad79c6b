/** What the kinds of charts have in common. */
import type { Chart, ChartConfiguration, Plugin } from "chart.js";
import type { Row, Table } from "./table";
import type { Tokens } from "./tokens";

/** A chart to be made, and what is said of each of its places. */
export interface Drawing {
  readonly config: ChartConfiguration;
  /** In words what stands at each place, from the first on. */
  readonly told: readonly string[];
  /** In pixels, where it depends on what is drawn. */
  readonly height?: number;
  /** Pixels that words need at the end of each row, in a picture. */
  readonly atEnd?: number;
  /** Pixels that the legend needs beneath a picture, where it is more than a line or two. */
  readonly inLegend?: number;
  /** Which arrow keys walk through it. */
  readonly along: "x" | "y";
}

export type DrawingOf = (figure: HTMLElement, table: Table, tokens: Tokens) => Drawing;

/** Return the options of a tooltip that says what the table says of a place. */
export function tooltip(tokens: Tokens, rows: readonly Row[], said: (row: Row) => string[]): object {
  const rowOf = ([item]: { dataIndex: number }[]): Row | undefined => rows[item?.dataIndex ?? 0];
  return {
    backgroundColor: tokens.ink,
    titleColor: tokens.card,
    bodyColor: tokens.card,
    padding: 10,
    cornerRadius: 6,
    displayColors: false,
    rtl: tokens.rightToLeft,
    textDirection: tokens.rightToLeft ? "rtl" : "ltr",
    titleFont: { family: tokens.font },
    bodyFont: { family: tokens.font },
    callbacks: {
      title: (items: { dataIndex: number }[]) => rowOf(items)?.name ?? "",
      beforeBody: (items: { dataIndex: number }[]) => {
        const row = rowOf(items);
        return row === undefined ? [] : said(row);
      },
      label: () => "",
    },
  };
}

/** Return what a table says of a row, a line for each column. */
export function sayer(table: Table): (row: Row) => string[] {
  return (row) => row.cells.map(({ words }, at) => `${table.heads[at + 1] ?? ""}: ${words}`);
}

/** Return words in as many lines as they need, of so many characters at most. */
export function lines(words: string, most: number): string[] {
  return words.split(" ").reduce<string[]>((made, word) => {
    const last = made.at(-1);
    if (last === undefined || last.length + word.length >= most) return [...made, word];
    return [...made.slice(0, -1), `${last} ${word}`];
  }, []);
}

/** Return the plugin that draws what `paint` draws beneath the series. */
export function beneath(paint: (chart: Chart) => void): Plugin {
  return { id: "beneath", beforeDatasetsDraw: (chart) => paint(chart) };
}

/** Draw with a context of one's own, so that nothing of it stays. */
export function apart(context: CanvasRenderingContext2D, paint: () => void): void {
  context.save();
  paint();
  context.restore();
}
