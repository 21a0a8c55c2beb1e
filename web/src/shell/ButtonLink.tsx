//! A link that looks like a button. Invariant: it is an anchor, so it opens in a new tab like any link.

import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type AnchorButtonProps = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> };

function AnchorButton(props: AnchorButtonProps) {
  return <Button {...props} component="a" />;
}

/** A link to a page of the console, shown as a button. */
export const ButtonLink = createLink(AnchorButton);
