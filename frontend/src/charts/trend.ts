/** A score over the rounds: a group beside its program, withheld rounds as gaps with a shape. */
import type { Chart, ChartConfiguration, ChartDataset, ScriptableLineSegmentContext } from "chart.js";
import { apart, beneath, sayer, tooltip, type DrawingOf } from "./drawing";
import type { Cell, Row } from "./table";
import type { Tokens } from "./tokens";

type Line = ChartDataset<"line", (number | null)[]>;
const GAP = [2, 4];
const DASHED = [6, 5];
const NOTHING: Cell = { words: "", value: null, open: false, step: 0, low: 0, high: 0 };

const overGap = (context: ScriptableLineSegmentContext): boolean => context.p0.skip === true || context.p1.skip === true;

function cell(row: Row, at: number): Cell {
  return row.cells[at] ?? NOTHING;
}

/** Return the line of the group: filled points, hollow ones for an open end. */
function mainLine(label: string, rows: readonly Row[], tokens: Tokens): Line {
  const open = rows.map((row) => cell(row, 0).open);
  return {
    label,
    data: rows.map((row) => cell(row, 0).value),
    borderColor: tokens.accent,
    borderWidth: 2.5,
    pointRadius: 5,
    pointHoverRadius: 7,
    pointBorderWidth: open.map((yes) => (yes ? 2.5 : 2)),
    pointBorderColor: open.map((yes) => (yes ? tokens.accent : tokens.card)),
    pointBackgroundColor: open.map((yes) => (yes ? tokens.card : tokens.accent)),
    spanGaps: true,
    segment: {
      borderDash: (context) => (overGap(context) ? GAP : undefined),
      borderColor: (context) => (overGap(context) ? tokens.line : undefined),
      borderWidth: (context) => (overGap(context) ? 1.5 : undefined),
    },
  } as Line;
}

function programLine(label: string, rows: readonly Row[], tokens: Tokens): Line {
  return {
    label,
    data: rows.map((row) => cell(row, 1).value),
    borderColor: tokens.program,
    borderDash: DASHED,
    borderWidth: 2,
    pointRadius: 0,
    pointHoverRadius: 4,
    pointBackgroundColor: tokens.program,
    pointStyle: "line",
    spanGaps: true,
  };
}

/** Return a hollow circle on the ground line for each round without a figure of the group. */
function withheldMarks(label: string, rows: readonly Row[], tokens: Tokens): Line {
  return {
    label,
    data: rows.map((row) => (cell(row, 0).value === null ? 0 : null)),
    showLine: false,
    clip: false,
    pointRadius: 4,
    pointHoverRadius: 6,
    pointBorderColor: tokens.line,
    pointBorderWidth: 1.5,
    pointBackgroundColor: tokens.card,
    borderColor: tokens.line,
  };
}

/** Return lines without points, so that a saved picture names what `evidence` draws. */
function evidenceKeys(figure: HTMLElement, tokens: Tokens): Line[] {
  const { levelLabel, eventLabel } = figure.dataset;
  const key = (label: string, borderColor: string): Line => ({ label, data: [], borderColor, borderWidth: 2, pointStyle: "line" });
  return [...(levelLabel === undefined ? [] : [key(levelLabel, tokens.program)]), ...(eventLabel === undefined ? [] : [key(eventLabel, tokens.watch)])];
}

/** Draw the level before with what chance makes of it, and the round since which it has fallen. */
function evidence(chart: Chart, figure: HTMLElement, tokens: Tokens): void {
  const { ctx, chartArea: area, scales } = chart;
  const { level, chance, event } = figure.dataset;
  const height = scales["y"];
  const across = scales["x"];
  if (height === undefined || across === undefined) return;
  if (level !== undefined && chance !== undefined) {
    const top = height.getPixelForValue(Math.min(100, Number(level) + Number(chance)));
    const bottom = height.getPixelForValue(Math.max(0, Number(level) - Number(chance)));
    apart(ctx, () => {
      ctx.fillStyle = tokens.accent;
      ctx.globalAlpha = 0.14;
      ctx.fillRect(area.left, top, area.width, bottom - top);
    });
    line(ctx, tokens.program, DASHED, [area.left, height.getPixelForValue(Number(level)), area.right, height.getPixelForValue(Number(level))]);
  }
  if (event !== undefined) {
    const x = across.getPixelForValue(Number(event));
    line(ctx, tokens.watch, [3, 3], [x, area.top, x, area.bottom]);
  }
}

function line(ctx: CanvasRenderingContext2D, colour: string, dash: number[], [x1, y1, x2, y2]: [number, number, number, number]): void {
  apart(ctx, () => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  });
}

/** Return the drawing of a trend. */
export const trendOf: DrawingOf = (figure, table, tokens) => {
  const rows = [...table.rows].reverse();
  const [, main = "", beside] = table.heads;
  const lines = [mainLine(main, rows, tokens)];
  if (beside !== undefined) lines.push(programLine(beside, rows, tokens));
  if (rows.some((row) => cell(row, 0).value === null)) lines.push(withheldMarks(figure.dataset["withheld"] ?? "", rows, tokens));
  lines.push(...evidenceKeys(figure, tokens));
  const said = sayer(table);
  const text = { color: tokens.quiet, font: { family: tokens.font, size: 12 } };
  return {
    along: "x",
    told: rows.map((row) => `${row.name}. ${said(row).join("; ")}.`),
    config: {
      type: "line",
      data: { labels: rows.map((row) => row.short), datasets: lines },
      plugins: [beneath((chart) => evidence(chart, figure, tokens))],
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        layout: { padding: { top: 8, right: 8, left: 8 } },
        scales: {
          x: { reverse: tokens.rightToLeft, offset: rows.length === 1, grid: { display: false }, border: { color: tokens.line }, ticks: { ...text, maxRotation: 0, autoSkipPadding: 24 } },
          y: { min: 0, max: 100, position: tokens.rightToLeft ? "right" : "left", grid: { color: tokens.hairline }, border: { display: false }, ticks: { ...text, stepSize: 25 } },
        },
        plugins: {
          legend: { display: false },
          tooltip: tooltip(tokens, rows, said),
        },
      },
    } as unknown as ChartConfiguration,
  };
};
