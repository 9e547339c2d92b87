/** What the rest of the desk may use of the figures: the days of a report. The page is loaded by the router. */
export { plusDays, preset, presetOf, PRESETS, rangeOf, today, wrong } from './range';
export { useMetricText } from './text';
