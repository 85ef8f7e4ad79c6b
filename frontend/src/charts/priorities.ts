/** Questions by how they stand and how strongly they move with the rest, each by its number. */
import type { Chart, ChartConfiguration, ChartDataset, Plugin } from "chart.js";
import { apart, beneath, lines, sayer, tooltip, type DrawingOf } from "./drawing";
import type { Cell, Row } from "./table";
import type { Tokens } from "./tokens";

type Place = { x: number; y: number };
type Dataset = ChartDataset<"line", Place[]>;
const HEIGHT = 320;
const LEGEND_LINE = 22;
const RADIUS = 10;
const LINE = 40; // characters that stand side by side on a phone
const ABOVE = 0.2; // of a correlation: room for the corners' words, and for those beneath
const BELOW = 0.15;
const DASHED = [6, 5];
const NOTHING: Cell = { words: "", value: null, open: false, step: 0, low: 0, high: 0 };

function stands(row: Row): Cell {
  return row.cells[0] ?? NOTHING;
}

function moves(row: Row): Cell {
  return row.cells[1] ?? NOTHING;
}

/** Return the colour inside a question's mark: filled ones are to be looked at first. */
function inside(row: Row, tokens: Tokens): string {
  return stands(row).open ? tokens.card : tokens.accent;
}

function marks(rows: readonly Row[], tokens: Tokens): Dataset {
  const fill = rows.map((row) => inside(row, tokens));
  return {
    label: "",
    data: rows.map((row) => ({ x: stands(row).value ?? 0, y: moves(row).value ?? 0 })),
    showLine: false,
    clip: false,
    pointRadius: RADIUS,
    pointHoverRadius: RADIUS + 2,
    pointBorderWidth: 2,
    pointBorderColor: tokens.accent,
    pointBackgroundColor: fill,
  } as Dataset;
}

/** Return a series that draws nothing: a picture's legend says what a number or a line stands for. */
function explained(label: string, look: object): Dataset {
  return { label, data: [], ...look } as Dataset;
}

function line(chart: Chart, from: Place, to: Place): void {
  const { x, y } = chart.scales;
  const { ctx } = chart;
  ctx.beginPath();
  ctx.moveTo(x?.getPixelForValue(from.x) ?? 0, y?.getPixelForValue(from.y) ?? 0);
  ctx.lineTo(x?.getPixelForValue(to.x) ?? 0, y?.getPixelForValue(to.y) ?? 0);
  ctx.stroke();
}

/** Draw the corner to look at first, what parts the corners, and how sure each question's place is. */
function ground(figure: HTMLElement, rows: readonly Row[], tokens: Tokens): Plugin {
  const { average, strong, lowest, highest } = limits(figure);
  return beneath((chart) => {
    const { ctx, chartArea: area, scales } = chart;
    const right = scales["x"]?.getPixelForValue(average) ?? area.left;
    const top = scales["y"]?.getPixelForValue(highest) ?? area.top;
    const bottom = scales["y"]?.getPixelForValue(strong) ?? area.top;
    apart(ctx, () => {
      ctx.fillStyle = `color-mix(in srgb, ${tokens.accent} 12%, ${tokens.card})`;
      ctx.fillRect(area.left, top, right - area.left, bottom - top);
      ctx.strokeStyle = tokens.program;
      ctx.lineWidth = 2;
      ctx.setLineDash(DASHED);
      line(chart, { x: 0, y: strong }, { x: 100, y: strong });
      line(chart, { x: average, y: lowest }, { x: average, y: highest });
      ctx.setLineDash([]);
      ctx.strokeStyle = tokens.line;
      for (const row of rows) {
        const x = stands(row).value ?? 0;
        line(chart, { x, y: Math.max(lowest, moves(row).low) }, { x, y: Math.min(highest, moves(row).high) });
      }
    });
  });
}

/** Write each question's number into its mark, and in the corners what they mean. */
function numbers(figure: HTMLElement, rows: readonly Row[], tokens: Tokens): Plugin {
  const { first = "", next = "", lower = "", higher = "" } = figure.dataset;
  return {
    id: "numbers",
    afterDatasetsDraw: ({ ctx, chartArea: area, scales }: Chart) => {
      const write = (words: string, x: number, y: number, align: CanvasTextAlign): void => {
        ctx.textAlign = align;
        ctx.fillText(words, x, y);
      };
      apart(ctx, () => {
        ctx.textBaseline = "middle";
        ctx.font = `600 13px ${tokens.font}`;
        rows.forEach((row, at) => {
          ctx.fillStyle = stands(row).open ? tokens.ink : tokens.card;
          write(String(at + 1), scales["x"]?.getPixelForValue(stands(row).value ?? 0) ?? 0, scales["y"]?.getPixelForValue(moves(row).value ?? 0) ?? 0, "center");
        });
        ctx.font = `12px ${tokens.font}`;
        ctx.fillStyle = tokens.quiet;
        write(first, area.left, area.top + 10, "left");
        write(next, area.right, area.top + 10, "right");
        write(lower, area.left, area.bottom - 8, "left");
        write(higher, area.right, area.bottom - 8, "right");
      });
    },
  };
}

function limits(figure: HTMLElement): { average: number; strong: number; lowest: number; highest: number } {
  const { average, strong, lowest, highest } = figure.dataset;
  return { average: Number(average), strong: Number(strong), lowest: Number(lowest), highest: Number(highest) };
}

/** Return the drawing of where to look first; left and right are shares of the drawing's width. */
export const prioritiesOf: DrawingOf = (figure, table, tokens) => {
  const { rows } = table;
  const { lowest, highest } = limits(figure);
  const said = sayer(table);
  const datasets = [
    marks(rows, tokens),
    ...rows.map((row) => explained(row.name, { pointStyle: "circle", borderColor: tokens.accent, backgroundColor: inside(row, tokens) })),
    explained(figure.dataset["whiskerLabel"] ?? "", { pointStyle: "line", rotation: 90, borderColor: tokens.line }),
    explained(figure.dataset["lineLabel"] ?? "", { pointStyle: "line", borderColor: tokens.program, borderWidth: 2, borderDash: DASHED }),
  ];
  return {
    along: "x",
    height: HEIGHT,
    inLegend: datasets.length * LEGEND_LINE,
    told: rows.map((row) => `${row.name} ${said(row).join("; ")}.`),
    config: {
      type: "line",
      data: { labels: rows.map((row) => row.name), datasets },
      plugins: [ground(figure, rows, tokens), numbers(figure, rows, tokens)],
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "nearest", intersect: false },
        scales: {
          x: { type: "linear", min: 0, max: 100, display: false },
          y: { min: lowest - BELOW, max: highest + ABOVE, grid: { color: tokens.hairline }, border: { display: false }, ticks: { color: tokens.quiet, font: { family: tokens.font, size: 12 }, stepSize: 0.5, includeBounds: false } },
        },
        plugins: { legend: { display: false }, tooltip: tooltip(tokens, rows, (row) => said(row).flatMap((words) => lines(words, LINE))) },
      },
    } as unknown as ChartConfiguration,
  };
};
