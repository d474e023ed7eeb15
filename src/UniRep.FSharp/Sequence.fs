namespace UniRep

open System
open System.Buffers

[<RequireQualifiedAccess>]
type SequenceError =
    | EmptySequence
    | UnknownResidue of symbol: char * position: int

    member this.Message =
        match this with
        | SequenceError.EmptySequence -> "the sequence is empty: give at least one residue"
        | SequenceError.UnknownResidue(symbol, position) ->
            let rune = Symbol.at (string symbol) 0

            let hint =
                match symbol, Symbol.lookalike rune with
                | '*', _ -> "trim the stop, or end the sequence there"
                | '-', _
                | '.', _ -> "remove the gaps"
                | symbol, _ when Char.IsAsciiLetterLower symbol -> "write residues in upper case"
                | _, Some letter -> $"it only looks like the letter {letter}: type that instead"
                | _ -> "residues are the letters A to Z"

            let shown =
                if Char.IsSurrogate symbol then
                    "a character beyond U+FFFF"
                else
                    Symbol.shown rune

            $"{shown} at position {position} is not a residue: {hint}"

    interface IError with
        member this.Message = this.Message

type InvalidSequence =
    {
        Index: int
        Error: SequenceError
    }

    member this.Message = $"sequence {this.Index + 1}: {this.Error.Message}"

    interface IError with
        member this.Message = this.Message


type LetterPolicy =
    {
        UpperCase: bool
        TrimStop: bool
        DropGaps: bool
        MatchColumns: bool
        UnknownAsX: bool
    }

/// How a sequence shows itself.
module internal SequenceText =
    /// Letters that fit into a line beside other words.
    let private lineLetters = 30

    /// Letters that a notebook shows.
    let private pageLetters = 600

    let private residues count = Display.counted count "residue"

    let summary (letters: string) =
        let rest = if letters.Length > lineLetters then "…" else ""
        $"Sequence of {residues letters.Length}: {letters[.. lineLetters - 1]}{rest}"

    /// Rows of sixty letters in blocks of ten, each after the number of its first letter, as sequence databases have it.
    let html (letters: string) =
        let rows =
            Seq.truncate pageLetters letters
            |> Seq.chunkBySize 60
            |> Seq.mapi (fun row letters ->
                let blocks = letters |> Seq.chunkBySize 10 |> Seq.map String
                (string (60 * row + 1)).PadLeft 4 + " " + String.Join(' ', blocks))
            |> String.concat "\n"

        let rest = letters.Length - pageLetters

        let more =
            if rest > 0 then
                $"<div>and {residues rest} more</div>"
            else
                ""

        $"<div>Sequence of {residues letters.Length}</div><pre>{rows}</pre>{more}"

[<Sealed>]
[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Sequence(letters: string, tokens: byte[]) =
    member _.Letters = letters
    member _.Tokens = ReadOnlyMemory tokens
    member _.Length = tokens.Length
    member _.Summary = SequenceText.summary letters
    member _.ToHtml() = SequenceText.html letters
    override _.ToString() = letters
    override _.GetHashCode() = letters.GetHashCode()

    override this.Equals(other: obj) =
        match other with
        | :? Sequence as other -> (this :> IEquatable<Sequence>).Equals other
        | _ -> false

    interface IEquatable<Sequence> with
        member _.Equals other =
            match other with
            | null -> false
            | other -> letters = other.Letters

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<RequireQualifiedAccess>]
module Sequence =
    let strict =
        {
            UpperCase = false
            TrimStop = false
            DropGaps = false
            MatchColumns = false
            UnknownAsX = false
        }

    let parseWith policy (text: string) =
        ArgumentNullException.ThrowIfNull(text, "text")

        let isGap symbol =
            (policy.DropGaps || policy.MatchColumns) && (symbol = '-' || symbol = '.')

        /// Whether a symbol belongs to an insertion, which has no column of its own.
        let isInserted symbol =
            policy.MatchColumns && (symbol = '.' || Char.IsAsciiLetterLower symbol)

        let stop =
            let mutable stop = text.Length

            while not policy.MatchColumns && stop > 0 && isGap text[stop - 1] do
                stop <- stop - 1

            if policy.TrimStop && stop > 0 && text[stop - 1] = '*' then
                stop - 1
            else
                stop

        /// Signs for a residue that is there but not known; anything else may be a header, a number or a gap.
        let isUnknown symbol at =
            Char.IsLetter symbol || symbol = '?' || symbol = '*' && at < stop - 1

        let letters = Array.zeroCreate<char> stop
        let tokens = Array.zeroCreate<byte> stop
        // `at` runs over the text, `length` over the residues found so far.
        let mutable at = 0
        let mutable length = 0
        let mutable isGood = true

        while isGood && at < stop do
            let symbol =
                if policy.UpperCase && Char.IsAsciiLetterLower text[at] then
                    Char.ToUpperInvariant text[at]
                else
                    text[at]

            match Residue.tryToken symbol with
            | _ when isInserted text[at] -> ()
            | ValueSome token ->
                letters[length] <- symbol
                tokens[length] <- token
                length <- length + 1
            | ValueNone when isGap symbol && not policy.MatchColumns -> ()
            | ValueNone when isGap symbol || policy.UnknownAsX && isUnknown symbol at ->
                letters[length] <- 'X'
                tokens[length] <- Residue.unknown
                length <- length + 1
            | ValueNone -> isGood <- false

            if isGood then
                at <- at + 1

        if not isGood then
            // A stop at the end would be trimmed if the gaps after it were dropped: they are what is wrong.
            let isBeforeGaps =
                policy.TrimStop
                && text[at] = '*'
                && at + 1 < text.Length
                && text.AsSpan(at + 1).IndexOfAnyExcept('-', '.') < 0

            let at = if isBeforeGaps then at + 1 else at
            Error(SequenceError.UnknownResidue(text[at], at + 1))
        elif length = 0 then
            Error SequenceError.EmptySequence
        else
            let tokens = if length = stop then tokens else Array.sub tokens 0 length
            Ok(Sequence(String(letters, 0, length), tokens))

    let parse text = parseWith strict text

    let slice start length (sequence: Sequence) =
        if start < 0 || length < 1 || start > sequence.Length - length then
            raise (
                ArgumentOutOfRangeException(
                    nameof start,
                    $"There are no residues {start} to {start + length - 1} in a sequence of {sequence.Length}."
                )
            )

        Sequence(
            sequence.Letters.Substring(start, length),
            (sequence.Tokens.Slice(start, length)).ToArray()
        )

    let private untrainedLetters = SearchValues.Create("BJOUXZ".AsSpan())

    let untrained (sequence: Sequence) =
        if sequence.Letters.AsSpan().IndexOfAny untrainedLetters < 0 then
            []
        else
            sequence.Letters
            |> Seq.filter (Residue.isStandard >> not)
            |> Seq.countBy id
            |> Seq.sortBy fst
            |> List.ofSeq
