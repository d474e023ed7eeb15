namespace UniRep.Design

open System
open System.Text
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type AlignmentError =
    | Input of InputError
    | UnknownFormat of file: string
    | UnequalRows of file: string * row: string * line: int64 * expected: int * found: int
    | BadSymbol of file: string * row: string * line: int64 * symbol: char
    | NoRow of file: string * name: string
    | NoColumn of file: string * focus: string
    | OtherFocus of file: string * focus: string

    member this.Message =
        match this with
        | AlignmentError.Input error -> error.Message
        | AlignmentError.UnknownFormat file ->
            $"{Quote.line file}: unknown extension; alignments are .a2m .a3m .fasta .fa .afa .faa .fas and .sto .stk .stockholm, each also .gz"
        | AlignmentError.UnequalRows(file, row, line, expected, found) ->
            $"{Quote.line file}: row '{Quote.text row}', line {line}: {found} columns, the first row has {expected}: in A2M and A3M, upper case and - count, lower case and . do not"
        | AlignmentError.BadSymbol(file, row, line, symbol) ->
            $"{Quote.line file}: row '{Quote.text row}', line {line}: {Symbol.shown (Rune symbol)} is neither a residue nor a gap"
        | AlignmentError.NoRow(file, name) ->
            $"{Quote.line file}: no row is called '{Quote.text name}'"
        | AlignmentError.NoColumn(file, focus) ->
            $"{Quote.line file}: '{Quote.text focus}' has no residue in a match column: name another row"
        | AlignmentError.OtherFocus(file, focus) ->
            $"{Quote.line file}: the residues of '{Quote.text focus}' are not a part of the wild type: name the row of the wild type, or give the wild type that the alignment was made for"

    interface IError with
        member this.Message = this.Message

[<Sealed>]
type Alignment
    internal
    (
        file: string,
        names: string[],
        rows: byte[][],
        focus: int,
        focusResidues: string,
        focusPlaces: int[]
    ) =
    member _.File = file
    member _.Names = names
    member _.Count = rows.Length
    member _.Width = focusPlaces.Length
    member _.Row index = Encoding.ASCII.GetString rows[index]
    member _.Focus = focus
    member _.FocusResidues = focusResidues
    member _.FocusPlaces = focusPlaces
    member internal _.Bytes index = rows[index]

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Alignment =
    /// Whether a row is that of a name: `A/1-9 text` is called so, and A.
    let private isCalled (name: string) (row: string) =
        let word = row.Split([| ' '; '\t' |], 2)[0]
        row = name || word = name || (word.Split '/')[0] = name

    let private focusOf file (focus: string option) (names: string[]) =
        match focus with
        | None -> Ok 0
        | Some name ->
            match names |> Array.tryFindIndex (isCalled name) with
            | Some index -> Ok index
            | None -> Error(AlignmentError.NoRow(file, name))

    let private firstError check items = items |> Seq.tryPick check

    /// What is wrong with the symbols of a row, if anything.
    let private badSymbol file (row: AlignedRow) =
        let isGood symbol =
            symbol = '-' || symbol = '.' || Char.IsAsciiLetter symbol

        let text = string row.Text

        match Seq.tryFind (isGood >> not) text with
        | Some symbol -> Some(AlignmentError.BadSymbol(file, row.Name, row.Line, symbol))
        | None -> None

    let private isMatch symbol =
        symbol = '-' || Char.IsAsciiLetterUpper symbol

    /// Builds an alignment of rows as A2M writes them.
    let private build file focus (rows: AlignedRow[]) =
        let names = rows |> Array.map _.Name

        let columns (row: AlignedRow) =
            let text = string row.Text

            [|
                for symbol in text do
                    if isMatch symbol then
                        byte symbol
            |]

        let matched = rows |> Array.map columns
        let width = matched[0].Length

        let unequal =
            Array.zip rows matched
            |> firstError (fun (row, found) ->
                if found.Length = width then
                    None
                else
                    Some(AlignmentError.UnequalRows(file, row.Name, row.Line, width, found.Length)))

        match firstError (badSymbol file) rows, unequal, focusOf file focus names with
        | Some error, _, _
        | None, Some error, _
        | None, None, Error error -> Error error
        | None, None, Ok index ->
            let text = string rows[index].Text
            let residues = StringBuilder()

            let places =
                [|
                    for symbol in text do
                        let isResidue = Char.IsAsciiLetter symbol

                        if isMatch symbol then
                            if isResidue then residues.Length else -1

                        if isResidue then
                            residues.Append(Char.ToUpperInvariant symbol) |> ignore
                |]

            if places |> Array.forall (fun place -> place < 0) then
                Error(AlignmentError.NoColumn(file, names[index]))
            else
                Ok(Alignment(file, names, matched, index, string residues, places))

    let load focus (path: string) =
        ArgumentNullException.ThrowIfNull(path, nameof path)

        match AlignmentFile.read path with
        | Error(InputError.UnequalRows(file, row, line, expected, found)) ->
            Error(AlignmentError.UnequalRows(file, row, line, expected, found))
        | Error error -> Error(AlignmentError.Input error)
        | Ok None -> Error(AlignmentError.UnknownFormat path)
        | Ok(Some rows) -> build path focus rows

    let placesOn (wildType: Sequence) (alignment: Alignment) =
        let focus, whole = alignment.FocusResidues, wildType.Letters
        let inWhole = whole.IndexOf(focus, StringComparison.Ordinal)
        let inFocus = focus.IndexOf(whole, StringComparison.Ordinal)

        let shifted shift =
            alignment.FocusPlaces
            |> Array.map (fun place ->
                let at = place + shift

                if place >= 0 && at >= 0 && at < whole.Length then
                    at
                else
                    -1)

        if inWhole >= 0 then
            Ok(shifted inWhole)
        elif inFocus >= 0 then
            Ok(shifted -inFocus)
        else
            Error(AlignmentError.OtherFocus(alignment.File, alignment.Names[alignment.Focus]))
