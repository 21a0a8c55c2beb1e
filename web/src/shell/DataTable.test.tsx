//! Tests that a table has names for its rows and columns in every layout, for assistive technology.

import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { type Column, DataTable } from "./DataTable.tsx";

const columns: Column<{ name: string; amount: number }>[] = [
  { header: "Name", cell: ({ name }) => name, narrow: "unlabelled" },
  { header: "Amount", cell: ({ amount }, index) => `${amount} at ${index}`, align: "end" },
];
const rows = [
  { name: "first", amount: 1 },
  { name: "second", amount: 2 },
];

function show(shown: typeof rows | null) {
  render(
    <MantineProvider>
      <DataTable label="Amounts" columns={columns} rows={shown} rowKey={({ name }) => name} />
    </MantineProvider>,
  );
}

test("the table has a name, headers, and a name for each row", () => {
  show(rows);
  const table = within(screen.getByRole("table", { name: "Amounts" }));
  expect(table.getAllByRole("columnheader").map((cell) => cell.textContent)).toEqual(["Name", "Amount"]);
  expect(table.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["first", "second"]);
  expect(table.getAllByRole("cell").map((cell) => cell.textContent)).toEqual(["1 at 0", "2 at 1"]);
});

test("roles are explicit, because CSS that stacks rows may remove the implicit ones", () => {
  show(rows);
  const parts = [...screen.getByRole("table").querySelectorAll("thead, tbody, tr, th, td")];
  expect(parts.filter((part) => !part.hasAttribute("role"))).toEqual([]);
});

test("each value carries its column's label for the stack", () => {
  show(rows);
  const labels = screen.getAllByRole("cell").map((cell) => cell.dataset.label);
  expect(labels).toEqual(["Amount", "Amount"]);
});

test("the region around it is reachable by keyboard and has the table's name", () => {
  show(rows);
  expect(screen.getByRole("group", { name: "Amounts" }).tabIndex).toBe(0);
});

test("a table that is loading is not an empty table", () => {
  show(null);
  expect(screen.queryByRole("table")).toBeNull();
});
