//! The theme: neutral greys, one ink-blue accent, small radii. Invariant: the run-time theme and the built stylesheet
//! come from this one value.

import {
  convertCssVariables,
  createTheme,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  type MantineColorsTuple,
  mergeMantineTheme,
} from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef3f9",
  "#dbe5f0",
  "#b5c9e0",
  "#8baad0",
  "#678fc1",
  "#4a75ad",
  "#345b8f",
  "#284a78",
  "#1d3759",
  "#13263f",
];

/** Grey without a tint: besides the accent, no colour is used without a meaning. */
const gray: MantineColorsTuple = [
  "#f8f8f8",
  "#f1f1f2",
  "#e6e6e8",
  "#d6d6d9",
  "#c2c2c7",
  "#9b9ba2",
  "#6c6c74",
  "#4b4b52",
  "#323238",
  "#1e1e22",
];

const dark: MantineColorsTuple = [
  "#d3d3d8",
  "#b4b4bb",
  "#93939c",
  "#6b6b75",
  "#45454d",
  "#36363d",
  "#2a2a30",
  "#1f1f24",
  "#18181c",
  "#111114",
];

/** System fonts with their Chinese counterparts; nothing is downloaded. */
const SANS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif';
const MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';

export const theme = createTheme({
  colors: { ink, gray, dark },
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 5 },
  defaultRadius: "sm",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SANS, fontWeight: "600" },
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  respectReducedMotion: true,
  cursorType: "pointer",
  focusRing: "auto",
});

/** The theme as CSS variables, for both colour schemes. */
export function themeCss(): string {
  return convertCssVariables(defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme)), ":root");
}
