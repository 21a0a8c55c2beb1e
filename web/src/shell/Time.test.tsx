//! Tests that a time is shown in UTC, wherever the reader is, and that its zone is named.

import { render, screen } from "@testing-library/react";
import i18next from "i18next";
import { afterEach, expect, test, vi } from "vitest";
import { Time } from "./Time.tsx";

afterEach(async () => {
  vi.unstubAllEnvs();
  await i18next.changeLanguage("en");
});

test.each([
  ["en", "America/New_York", "Jan 2, 2026, 3:04:05 AM UTC", /^Jan 1, 2026, 10:04:05 PM (EST|GMT-5)$/],
  ["en", "UTC", "Jan 2, 2026, 3:04:05 AM UTC", /^Jan 2, 2026, 3:04:05 AM UTC$/],
  ["zh-CN", "Asia/Shanghai", "2026年1月2日 UTC 03:04:05", /^2026年1月2日 GMT\+8 11:04:05$/],
])("in %s and %s", async (language, zone, shown, title) => {
  vi.stubEnv("TZ", zone);
  await i18next.changeLanguage(language);
  render(<Time at="2026-01-02T03:04:05Z" />);
  const time = screen.getByText(shown.replace(/\s/g, " "));
  expect(time.getAttribute("datetime")).toBe("2026-01-02T03:04:05.000Z");
  expect(time.title.replace(/\s/g, " ")).toMatch(title);
});
