/** Questions as bars on their scales: the table is this chart on screen, here it becomes a picture. */
import type { Chart, ChartConfiguration, Plugin } from "chart.js";
import { apart, lines, type DrawingOf } from "./drawing";
import type { Row, Table } from "./table";
import type { Tokens } from "./tokens";

const ROW = 46;
const AROUND = 24;
const LINE = 42; // characters of a question that stand side by side

/** Draw the program's mark across each bar, and behind it what the table says. */
function marks(rows: readonly Row[], hasProgram: boolean, tokens: Tokens): Plugin {
  return {
    id: "marks",
    afterDatasetsDraw: (chart: Chart) => {
      const { ctx, scales, chartArea: area } = chart;
      rows.forEach((row, at) => {
        const y = scales["y"]?.getPixelForValue(at) ?? 0;
        const program = hasProgram ? row.cells[1] : undefined;
        apart(ctx, () => {
          ctx.fillStyle = tokens.ink;
          ctx.font = `13px ${tokens.font}`;
          ctx.textBaseline = "middle";
          ctx.textAlign = tokens.rightToLeft ? "right" : "left";
          ctx.fillText(row.cells[0]?.words ?? "", tokens.rightToLeft ? area.left - 10 : area.right + 10, y);
          if (program?.value === null || program === undefined) return;
          const x = scales["x"]?.getPixelForValue(program.value) ?? 0;
          ctx.strokeStyle = tokens.program;
          ctx.lineWidth = 2;
          ctx.setLineDash([4, 3]);
          ctx.beginPath();
          ctx.moveTo(x, y - 15);
          ctx.lineTo(x, y + 15);
          ctx.stroke();
        });
      });
    },
  };
}

function hasProgram(table: Table): boolean {
  return table.heads.length > 3; // question, own, program, change
}

/** Return the drawing of bars, as shares of each question's scale. */
export const barsOf: DrawingOf = (_figure, table, tokens) => {
  const { rows } = table;
  const beside = hasProgram(table);
  const text = { color: tokens.ink, font: { family: tokens.font, size: 13 } };
  const legend = [{ label: table.heads[1] ?? "", data: rows.map((row) => row.cells[0]?.value ?? null), backgroundColor: tokens.accent, borderRadius: 3, barThickness: 18 }];
  const program = { type: "line", label: table.heads[2] ?? "", data: [], borderColor: tokens.program, borderDash: [4, 3], borderWidth: 2, pointStyle: "line" };
  return {
    along: "y",
    height: rows.length * ROW + AROUND,
    told: [],
    atEnd: 100,
    config: {
      type: "bar",
      data: { labels: rows.map((row) => lines(row.short, LINE)), datasets: beside ? [...legend, program] : legend },
      plugins: [marks(rows, beside, tokens)],
      options: {
        animation: false,
        indexAxis: "y",
        maintainAspectRatio: false,
        scales: {
          x: { min: 0, max: 100, reverse: tokens.rightToLeft, grid: { color: tokens.hairline }, border: { display: false }, ticks: { display: false, stepSize: 25 } },
          y: { position: tokens.rightToLeft ? "right" : "left", grid: { display: false }, border: { display: false }, ticks: text },
        },
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
      },
    } as unknown as ChartConfiguration,
  };
};
