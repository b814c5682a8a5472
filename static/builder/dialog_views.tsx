/** The dialogs and the tour, each shown while it is open. A lazy chunk. */
import type { Api } from "./api.ts";
import { KeysSheet } from "./keys_sheet.tsx";
import { MergeDialog } from "./merge_dialog.tsx";
import { ReferencesDialog, RenameDialog } from "./rename_dialog.tsx";
import { ThemeDialog } from "./theme_dialog.tsx";
import { Tour } from "./tour.tsx";
import { VersionsDialog } from "./versions_dialog.tsx";

export function Dialogs({ api }: { api: Api }) {
  return (
    <>
      <ThemeDialog api={api} />
      <RenameDialog />
      <ReferencesDialog />
      <MergeDialog />
      <VersionsDialog api={api} />
      <KeysSheet />
      <Tour />
    </>
  );
}
