//! Requests whose answers have a secret. Invariant: a request that is repeated, because its answer was lost, has the
//! key of the first one, so it makes nothing twice and is answered with the same secret.

import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useRef } from "react";

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A mutation that calls `make` with its input and the key of the request; another input has another key. */
export function useMaking<Input, Made>(
  make: (input: Input, key: string) => Promise<Made>,
  onSuccess: () => unknown,
): UseMutationResult<Made, Error, Input> {
  const sent = useRef({ text: "", key: "" });
  return useMutation({
    mutationFn: (input: Input) => {
      const text = JSON.stringify(input);
      if (sent.current.text !== text) sent.current = { text, key: newKey() };
      return make(input, sent.current.key);
    },
    onSuccess: () => {
      sent.current = { text: "", key: "" };
      return onSuccess();
    },
    // The secret is gone with the component.
    gcTime: 0,
  });
}
