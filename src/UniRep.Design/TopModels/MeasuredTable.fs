namespace UniRep.Design

open System.Collections.Generic
open System.Globalization
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type MeasuredTableError =
    | Input of FileError
    | NoMeasurement of file: string * line: int64 * column: string * cell: string
    | Contradiction of
        file: string *
        line: int64 *
        earlier: int64 *
        column: string *
        value: float *
        earlierValue: float

    member this.Message =
        let number (value: float) =
            value.ToString("R", CultureInfo.InvariantCulture)

        match this with
        | Input error -> error.Message
        | NoMeasurement(file, line, column, cell) ->
            $"{Quote.text file}, line {line}, column '{Quote.text column}': '{Quote.text cell}' is no number: leave out the rows that are not measured"
        | Contradiction(file, line, earlier, column, value, earlierValue) ->
            $"{Quote.text file}, line {line}, column '{Quote.text column}': {number value}, but line {earlier} has {number earlierValue} for the same protein: keep one of them, or their mean"

    interface IError with
        member this.Message = this.Message

type MeasuredTable =
    {
        Table: SequenceTable
        Sequences: Sequence[]
        Positions: int[][] option
        Values: float[]
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module MeasuredTable =
    let loadTable options wildType source =
        KeptTable.ofSource source
        |> Result.bind (KeptTable.variantsOrSequences options wildType)
        |> Result.map fst

    let private positionsOf wildType (sequences: Sequence[]) =
        match wildType with
        | Some(first, wild: Sequence) when
            sequences |> Array.forall (fun each -> each.Length = wild.Length)
            ->
            sequences
            |> Array.map (fun each ->
                [| 0 .. wild.Length - 1 |]
                |> Array.filter (fun at -> each.Letters[at] <> wild.Letters[at])
                |> Array.map (fun at -> first + at))
            |> Some
        | _ -> None

    /// The first row that gives a protein another value than an earlier one.
    let private contradiction column (table: SequenceTable) (values: float[]) =
        let seen = Dictionary<string, int>()

        seq { 0 .. values.Length - 1 }
        |> Seq.tryPick (fun row ->
            match seen.TryGetValue table.Records[row].Sequence.Letters with
            | true, earlier when values[earlier] <> values[row] ->
                MeasuredTableError.Contradiction(
                    table.File,
                    table.Records[row].Line,
                    table.Records[earlier].Line,
                    column,
                    values[row],
                    values[earlier]
                )
                |> Some
            | true, _ -> None
            | false, _ ->
                seen.Add(table.Records[row].Sequence.Letters, row)
                None)

    let private measured column wildType (table: SequenceTable) (numbers: float option[]) =
        match numbers |> Array.tryFindIndex Option.isNone with
        | Some row ->
            let at = table.Columns |> List.findIndex ((=) column)
            let record = table.Records[row]

            MeasuredTableError.NoMeasurement(table.File, record.Line, column, record.Kept[at])
            |> Error
        | None ->
            let values = Array.choose id numbers

            match contradiction column table values with
            | Some error -> Error error
            | None ->
                let sequences = table.Records |> Array.map _.Sequence

                Ok
                    {
                        Table = table
                        Sequences = sequences
                        Positions = positionsOf wildType sequences
                        Values = values
                    }

    let load options wildType column source =
        loadTable options wildType source
        |> Result.bind (fun table ->
            SequenceTable.numbers column table |> Result.map (fun numbers -> table, numbers))
        |> Result.mapError MeasuredTableError.Input
        |> Result.bind (fun (table, numbers) -> measured column wildType table numbers)
