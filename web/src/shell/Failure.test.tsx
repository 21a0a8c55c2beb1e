//! Tests that a failure is shown with the text of its code: from the domain, the shared texts or the server.

import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { ApiProblem } from "../api/problem.ts";
import { Failure } from "./Failure.tsx";

test.each([
  [
    new ApiProblem(404, "provenance.unknown_event", "Not Found", null, [], null),
    "There is no event with this id here",
  ],
  [new ApiProblem(429, "limit.rate", "Slow", null, [], null), "Too many requests; wait a moment"],
  [new ApiProblem(502, "http.502", "HTTP 502", null, [], null), "HTTP 502"],
  [new TypeError("Failed to fetch"), "The gateway did not answer"],
])("%s is shown as %j", (error, words) => {
  render(
    <MantineProvider>
      <Failure error={error} />
    </MantineProvider>,
  );
  expect(screen.getByRole("alert").textContent).toContain(words);
});
