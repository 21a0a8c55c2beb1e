//! The frame of a page: its heading and the title of the tab. Invariant: the heading takes the focus when the page
//! opens, and not again when the title changes.

import { Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";

/** A page with `title`, an optional sentence below it, and its content. */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Waymark`;
  }, [title]);
  // The focus tells screen readers that a new page is open. It must not move whenever the title changes.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header className="page-header">
        <Title order={1} size="h2" ref={heading} tabIndex={-1}>
          {title}
        </Title>
        {lead ? (
          <Text c="dimmed" mt={4} component="div">
            {lead}
          </Text>
        ) : null}
      </header>
      {children}
    </>
  );
}
