/** Lets the keyboard walk through a chart; each place is said in words as it is reached. */
import type { Chart } from "chart.js";
import type { Drawing } from "./drawing";

const STEPS: Record<string, Record<string, number>> = {
  x: { ArrowRight: 1, ArrowLeft: -1 },
  y: { ArrowDown: 1, ArrowUp: -1 },
};

/**
 * Make the canvas a slider over the chart's places: that is what screen readers say anew with
 * every arrow key, and the canvas itself they can't read.
 */
export function walkable(chart: Chart, canvas: HTMLCanvasElement, drawing: Drawing, figure: HTMLElement): void {
  const last = drawing.told.length - 1;
  let at = last;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "slider");
  canvas.setAttribute("aria-orientation", drawing.along === "x" ? "horizontal" : "vertical");
  canvas.setAttribute("aria-label", [figure.querySelector("svg title")?.textContent, figure.dataset["hint"]].filter(Boolean).join(". "));
  canvas.setAttribute("aria-valuemin", "1");
  canvas.setAttribute("aria-valuemax", String(last + 1));
  const show = (): void => {
    canvas.setAttribute("aria-valuenow", String(at + 1));
    canvas.setAttribute("aria-valuetext", drawing.told[at] ?? "");
    if (document.activeElement !== canvas) return;
    const points = chart.data.datasets.flatMap((_, datasetIndex) => (skipped(chart, datasetIndex, at) ? [] : [{ datasetIndex, index: at }]));
    chart.setActiveElements(points);
    chart.tooltip?.setActiveElements(points, { x: 0, y: 0 });
    chart.update();
  };
  canvas.onkeydown = (event) => {
    const mirrored = drawing.along === "x" && getComputedStyle(figure).direction === "rtl" ? -1 : 1;
    const step = STEPS[drawing.along]?.[event.key];
    if (event.key === "Home") at = 0;
    else if (event.key === "End") at = last;
    else if (step !== undefined) at = Math.min(last, Math.max(0, at + step * mirrored));
    else return;
    event.preventDefault();
    show();
  };
  canvas.onfocus = show;
  canvas.onblur = () => {
    chart.setActiveElements([]);
    chart.tooltip?.setActiveElements([], { x: 0, y: 0 });
    chart.update();
  };
  show();
}

/** Return whether a series has nothing to show at a place. */
function skipped(chart: Chart, series: number, at: number): boolean {
  return chart.data.datasets[series]?.data[at] == null;
}
