namespace UniRep

open System

/// Shows text of a file in a message.
[<RequireQualifiedAccess>]
module internal Quote =
    /// The text without characters that a terminal would obey, and not longer than a line or two.
    let text (text: string) =
        let longest = 160

        let cut =
            if text.Length > longest then
                text[.. longest - 1] + "…"
            else
                text

        String.map (fun c -> if Char.IsControl c then '\uFFFD' else c) (cut.Trim())
