/** Skills as others see them: a point with what rounding leaves open, the program, and oneself. */
import type { Chart, ChartConfiguration, ChartDataset, Plugin } from "chart.js";
import { sayer, tooltip, type DrawingOf } from "./drawing";
import type { Cell, Row } from "./table";
import type { Tokens } from "./tokens";

type Dataset = ChartDataset<"bar" | "line", (number | [number, number] | null)[]>;
const ROW = 52;
const AXIS = 32;
const NOTHING: Cell = { words: "", value: null, open: false, step: 0, low: 0, high: 0 };

function cell(row: Row, at: number): Cell {
  return row.cells[at] ?? NOTHING;
}

/** Return where the rounding lets a mean lie; an open end reaches to the end of the scale. */
function strip({ value, open, step }: Cell, low: number, high: number): [number, number] | null {
  if (value === null) return null;
  const upper = value > (low + high) / 2;
  return [open && !upper ? low : Math.max(low, value - step / 2), open && upper ? high : Math.min(high, value + step / 2)];
}

function strips(rows: readonly Row[], low: number, high: number, tokens: Tokens): Dataset {
  return {
    type: "bar",
    label: "",
    data: rows.map((row) => strip(cell(row, 0), low, high)),
    backgroundColor: `color-mix(in srgb, ${tokens.accent} 16%, ${tokens.card})`,
    borderRadius: 4,
    borderSkipped: false,
    barThickness: 18,
    order: 3,
  };
}

function points(label: string, rows: readonly Row[], at: number, look: object): Dataset {
  return { type: "line", label, data: rows.map((row) => cell(row, at).value), showLine: false, clip: false, ...look } as Dataset;
}

function ownPoints(label: string, rows: readonly Row[], tokens: Tokens): Dataset {
  const open = rows.map((row) => cell(row, 0).open);
  return points(label, rows, 0, {
    order: 1,
    pointRadius: 6,
    pointHoverRadius: 8,
    pointBorderWidth: 2.5,
    borderColor: tokens.accent,
    pointBorderColor: open.map((yes) => (yes ? tokens.accent : tokens.card)),
    pointBackgroundColor: open.map((yes) => (yes ? tokens.card : tokens.accent)),
  });
}

function programMarks(label: string, rows: readonly Row[], tokens: Tokens): Dataset {
  return points(label, rows, 1, {
    order: 2,
    pointStyle: "line",
    pointRotation: 90,
    pointRadius: 12,
    pointHoverRadius: 12,
    pointBorderWidth: 2,
    borderColor: tokens.program,
    pointBorderColor: tokens.program,
  });
}

function selfMarks(label: string, rows: readonly Row[], tokens: Tokens): Dataset {
  return points(label, rows, 2, {
    order: 0,
    pointStyle: "rect",
    pointRadius: 9,
    pointHoverRadius: 10,
    pointBorderWidth: 2.5,
    borderColor: tokens.other,
    pointBorderColor: tokens.other,
    pointBackgroundColor: "transparent",
  });
}

/** The program is dashed here as everywhere. */
const dashedProgram: Plugin = {
  id: "dashed-program",
  beforeDatasetDraw: (chart: Chart, { index }) => {
    if (chart.data.datasets[index]?.order === 2) chart.ctx.setLineDash([4, 3]);
  },
  afterDatasetDraw: (chart: Chart) => chart.ctx.setLineDash([]),
};

/** Return the drawing of a profile; skills stand above their lines, so that a phone has room. */
export const profileOf: DrawingOf = (figure, table, tokens) => {
  const { rows } = table;
  const low = Number(figure.dataset["low"] ?? 1);
  const high = Number(figure.dataset["high"] ?? 5);
  const [, own = "", beside = "", rated = ""] = table.heads;
  const shown = (at: number): boolean => rows.some((row) => cell(row, at).value !== null);
  const datasets: Dataset[] = [strips(rows, low, high, tokens)];
  if (shown(0)) datasets.push(ownPoints(own, rows, tokens));
  if (shown(1)) datasets.push(programMarks(beside, rows, tokens));
  if (shown(2)) datasets.push(selfMarks(rated, rows, tokens));
  const said = sayer(table);
  const text = { color: tokens.quiet, font: { family: tokens.font, size: 12 } };
  const side = tokens.rightToLeft ? "right" : "left";
  return {
    along: "y",
    height: rows.length * ROW + AXIS,
    told: rows.map((row) => `${row.name}. ${said(row).join("; ")}.`),
    config: {
      type: "bar",
      data: { labels: rows.map((row) => row.name), datasets },
      plugins: [dashedProgram],
      options: {
        animation: false,
        indexAxis: "y",
        maintainAspectRatio: false,
        interaction: { mode: "index", axis: "y", intersect: false },
        layout: { padding: { left: 12, right: 12 } },
        scales: {
          x: { min: low, max: high, position: "top", reverse: tokens.rightToLeft, grid: { color: tokens.hairline }, border: { display: false }, ticks: { ...text, stepSize: 1 } },
          y: { position: side, grid: { display: false }, border: { display: false }, ticks: { ...text, color: tokens.ink, mirror: true, labelOffset: -17, padding: 0, z: 1 } },
        },
        plugins: {
          legend: { display: false, labels: { filter: ({ text: label }: { text: string }) => label !== "" } },
          tooltip: tooltip(tokens, rows, said),
        },
      },
    } as unknown as ChartConfiguration,
  };
};
