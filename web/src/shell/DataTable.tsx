//! The table component of all pages. Invariant: the component stays a table for assistive technology in every layout.
//! The page never scrolls sideways: on narrow screens each row becomes a stack of labels and values.

import { Skeleton } from "@mantine/core";
import { type ReactNode, useId } from "react";
import styles from "./DataTable.module.css";

/** A column; the first column of a table names its rows. */
export interface Column<Row> {
  header: string;
  cell: (row: Row, index: number) => ReactNode;
  /** Numbers are aligned right, so that their digits line up. */
  align?: "end";
  /** In the stacked layout: a self-explanatory value has no label, a long one has its label above it. */
  narrow?: "unlabelled" | "below";
}

/** Browsers differ in whether CSS removes an element's table semantics; an explicit role stays. */
const ROLE = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  column: { role: "columnheader" },
  name: { role: "rowheader" },
  cell: { role: "cell" },
};

function Cell<Row>({
  column,
  row,
  index,
  isName,
}: {
  column: Column<Row>;
  row: Row;
  index: number;
  isName: boolean;
}) {
  const { header, cell, align, narrow } = column;
  const attributes = { "data-label": header, "data-align": align, "data-narrow": narrow };
  const content = <div>{cell(row, index)}</div>;
  return isName ? (
    <th scope="row" {...ROLE.name} {...attributes}>
      {content}
    </th>
  ) : (
    <td {...ROLE.cell} {...attributes}>
      {content}
    </td>
  );
}

/** `rows` is `null` while they are loading; `label` names the table; `className` is for the region around it. */
export function DataTable<Row>({
  label,
  isLabelShown = false,
  columns,
  rows,
  rowKey,
  className = "",
}: {
  label: string;
  isLabelShown?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | null;
  rowKey: (row: Row, index: number) => string | number;
  className?: string | undefined;
}) {
  const caption = useId();
  if (rows === null) return <Skeleton height={84} mt={8} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" tabIndex={0} aria-labelledby={caption} className={`${styles.region} ${className}`}>
      <table {...ROLE.table} className={styles.table}>
        <caption id={caption} className={isLabelShown ? styles.caption : "visually-hidden"}>
          {label}
        </caption>
        <thead {...ROLE.group}>
          <tr {...ROLE.row}>
            {columns.map(({ header, align }) => (
              <th key={header} scope="col" {...ROLE.column} data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...ROLE.group}>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)} {...ROLE.row}>
              {columns.map((column, place) => (
                <Cell key={column.header} column={column} row={row} index={index} isName={place === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
