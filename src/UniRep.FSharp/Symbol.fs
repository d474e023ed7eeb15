namespace UniRep

open System
open System.Globalization
open System.Text

/// Shows characters that are no residues.
[<RequireQualifiedAccess>]
module internal Symbol =
    /// Cyrillic and Greek letters, each before the Latin letter that it looks like.
    let private alike =
        "АAВBСCЕEНHІIЈJКKМMОOРPЅSТTУYХXԚQԜW"
        + "аaсcеeіiјjоoрpѕsуyхxԛqԝw"
        + "ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvϳj"
        |> Seq.chunkBySize 2
        |> Seq.map (fun pair -> int pair[0], pair[1])
        |> Map.ofSeq

    /// The character at an index of a text; U+FFFD where a surrogate stands alone.
    let at (text: string) index =
        match Rune.TryGetRuneAt(text, index) with
        | true, rune -> rune
        | _ -> Rune.ReplacementChar

    /// The ASCII letter that a character looks like, if it is another one.
    let lookalike (symbol: Rune) =
        let letter first = Some(char first)

        match symbol.Value with
        // Full-width forms.
        | code when code >= 0xFF21 && code <= 0xFF3A -> letter (code - 0xFF21 + int 'A')
        | code when code >= 0xFF41 && code <= 0xFF5A -> letter (code - 0xFF41 + int 'a')
        // Mathematical letters: alphabets of 26 capitals and 26 small letters.
        | code when code >= 0x1D400 && code <= 0x1D6A3 ->
            let place = (code - 0x1D400) % 52
            letter (if place < 26 then int 'A' + place else int 'a' + place - 26)
        | code -> Map.tryFind code alike

    /// The character in quotes, its code where it would be taken for another or not be seen.
    let shown (symbol: Rune) =
        let isHidden =
            match Rune.GetUnicodeCategory symbol with
            | UnicodeCategory.Control
            | UnicodeCategory.Format
            | UnicodeCategory.NonSpacingMark
            | UnicodeCategory.EnclosingMark
            | UnicodeCategory.PrivateUse
            | UnicodeCategory.Surrogate
            | UnicodeCategory.OtherNotAssigned -> true
            | _ -> Rune.IsWhiteSpace symbol

        if isHidden then $"U+{symbol.Value:X4}"
        elif symbol.IsAscii then $"'{symbol}'"
        else $"'{symbol}' (U+{symbol.Value:X4})"
