namespace UniRep.Design

open System
open System.Globalization
open System.IO
open UniRep

[<RequireQualifiedAccess>]
type LetterMatrixError =
    | BadRow of position: int * reason: string
    | OtherLength of rows: int * residues: int
    | WildTypeExcluded of position: int * letter: char
    | File of path: string * reason: string
    | BadLine of path: string * line: int * reason: string

    member this.Message =
        match this with
        | BadRow(position, reason) -> $"letter matrix, position {position}: {reason}"
        | OtherLength(rows, residues) ->
            $"the letter matrix has {rows} rows, and the wild type {residues} residues: give one row for each residue"
        | WildTypeExcluded(position, letter) ->
            $"letter matrix, position {position}: the wild type's {letter} has the weight 0, so that nothing could return to it: give it a small weight"
        | File(path, reason) -> $"{path}: cannot be read: {reason}"
        | BadLine(path, line, reason) -> $"{path}, line {line}: {reason}"

    interface IError with
        member this.Message = this.Message

/// The 20 standard letters in the order of the columns.
[<RequireQualifiedAccess>]
module internal StandardLetters =
    let text = "ACDEFGHIKLMNPQRSTVWY"

    let private indices =
        Array.init 128 (fun code -> text.IndexOf(char code, StringComparison.Ordinal))

    /// The column of a letter; -1 if it is not standard.
    let indexOf (letter: char) =
        if letter < '\128' then indices[int letter] else -1

[<Sealed>]
type LetterMatrix internal (rows: float[][]) =
    let sums = rows |> Array.map Array.sum

    let weight (row: float[]) letter =
        match StandardLetters.indexOf letter with
        | -1 -> 0.0
        | column -> row[column]

    /// The weight of all letters but one; exact zeros stay exact, because the others are summed anew.
    let rest index current =
        match StandardLetters.indexOf current with
        | -1 -> sums[index]
        | excluded ->
            let mutable sum = 0.0

            for column in 0..19 do
                if column <> excluded then
                    sum <- sum + rows[index][column]

            sum

    let probability index current letter =
        if letter = current then
            0.0
        else
            weight rows[index] letter / rest index current

    member _.Length = rows.Length
    member _.Weight(position: int, letter: char) = weight rows[position - 1] letter

    member _.Probability(position: int, current: char, letter: char) =
        probability (position - 1) current letter

    member _.Draw(index: int, current: char, unit: float) =
        let excluded = StandardLetters.indexOf current
        let row = rows[index]
        let target = unit * rest index current
        let mutable chosen = -1
        let mutable sum = 0.0
        let mutable column = 0

        // Rounding may leave the target at the whole sum: the last letter with a weight is then the one.
        while column < 20 && (chosen < 0 || sum <= target) do
            if column <> excluded && row[column] > 0.0 then
                chosen <- column
                sum <- sum + row[column]

            column <- column + 1

        StandardLetters.text[chosen]

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module LetterMatrix =
    let letters = StandardLetters.text

    let uniform length =
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof length)
        LetterMatrix(Array.init length (fun _ -> Array.create 20 1.0))

    let without (excluded: string) (wildType: Sequence) =
        let weight own (letter: char) =
            if letter = own || not (excluded.Contains letter) then
                1.0
            else
                0.0

        let allowed =
            letters
            |> Seq.filter (fun letter -> not (excluded.Contains letter))
            |> Seq.length

        if allowed < 2 then
            invalidArg (nameof excluded) "Fewer than two letters are left to propose."

        wildType.Letters
        |> Seq.map (fun own -> letters |> Seq.map (weight own) |> Array.ofSeq)
        |> Array.ofSeq
        |> LetterMatrix

    let private fault (row: float[]) =
        if row.Length <> 20 then
            Some $"{row.Length} weights, not 20"
        elif row |> Array.exists (fun weight -> not (Double.IsFinite weight) || weight < 0.0) then
            Some "a weight is negative or no number"
        elif row |> Array.filter (fun weight -> weight > 0.0) |> Array.length < 2 then
            Some "fewer than two letters have a weight above 0"
        else
            None

    let ofRows (rows: float[][]) =
        let faults =
            rows
            |> Seq.indexed
            |> Seq.choose (fun (index, row) ->
                fault row
                |> Option.map (fun reason -> LetterMatrixError.BadRow(index + 1, reason)))

        match Seq.tryHead faults with
        | Some error -> Error error
        | None when rows.Length = 0 -> Error(LetterMatrixError.BadRow(1, "there is no row"))
        | None -> Ok(LetterMatrix(rows |> Array.map Array.copy))

    let private number (cell: string) =
        match Double.TryParse(cell.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value when Double.IsFinite value && value >= 0.0 -> Some value
        | _ -> None

    let private parseLine path (columns: int[]) line index (cells: string[]) =
        let bad reason =
            Error(LetterMatrixError.BadLine(path, line, reason))

        if cells.Length <> 21 then
            bad $"21 cells expected (position and 20 weights), {cells.Length} found"
        elif cells[columns[20]].Trim() <> string (index + 1) then
            bad
                $"position {index + 1} is expected in the column position, '{Quote.upTo 20 cells[columns[20]]}' is found"
        else
            let weights = Array.init 20 (fun letter -> number cells[columns[letter]])

            match weights |> Array.tryFindIndex Option.isNone with
            | Some letter ->
                bad
                    $"column {letters[letter]}: '{Quote.upTo 20 cells[columns[letter]]}' is not a weight such as 0.05"
            | None ->
                let row = weights |> Array.map Option.get

                match fault row with
                | Some reason -> bad reason
                | None -> Ok row

    let private parse path (lines: string[]) =
        let separator = if lines[0].Contains '\t' then '\t' else ','
        let split (line: string) = line.TrimEnd('\r').Split separator
        let header = split lines[0] |> Array.map _.Trim()

        let columns =
            [|
                for letter in letters do
                    Array.IndexOf(header, string letter)

                Array.IndexOf(header, "position")
            |]

        if Array.contains -1 columns || header.Length <> 21 then
            Error(
                LetterMatrixError.BadLine(
                    path,
                    1,
                    "the columns position, A, C, D and so on to Y are expected, 21 in all"
                )
            )
        else
            let results =
                lines
                |> Array.skip 1
                |> Array.mapi (fun index line ->
                    parseLine path columns (index + 2) index (split line))

            results
            |> Array.tryPick (function
                | Error error -> Some error
                | Ok _ -> None)
            |> function
                | Some error -> Error error
                | None when results.Length = 0 ->
                    Error(LetterMatrixError.BadLine(path, 1, "there is no row below the header"))
                | None ->
                    results
                    |> Array.choose (function
                        | Ok row -> Some row
                        | Error _ -> None)
                    |> LetterMatrix
                    |> Ok

    let load (path: string) =
        try
            let lines = File.ReadAllLines path

            if lines.Length = 0 then
                Error(LetterMatrixError.BadLine(path, 1, "the file is empty"))
            else
                parse path lines
        with error when FileFailure.isOne error ->
            Error(LetterMatrixError.File(path, FileFailure.reasonOf error))
