namespace UniRep.Design

open System.Collections.Generic
open UniRep
open UniRep.IO

/// The table of a round: written for the lab, read with its measurements.
[<RequireQualifiedAccess>]
module internal RoundFile =
    let text (rows: LibraryRow[]) (picks: Pick[]) =
        let cells = Delimited ','
        let number = CampaignLibrary.number

        [
            "mutant,sequence,value,mean,deviation,measured"
            for pick in picks do
                let mean, deviation =
                    match pick.Prediction with
                    | Some prediction -> number prediction.Mean, number prediction.Deviation
                    | None -> "", ""

                let row = rows[pick.Index]

                $"{cells.Cell row.Mutant},{row.Sequence.Letters},{number pick.Value},{mean},{deviation},"
        ]
        |> String.concat "\n"
        |> fun lines -> lines + "\n"

    /// Checks that a table has the mutants of its round, each once, with their sequences.
    let private checkRows
        path
        (sequenceOf: string -> Sequence)
        (mutants: string[])
        (table: SequenceTable)
        =
        let expected = HashSet<string>(mutants)
        let lines = Dictionary<string, int64>()

        let fault (record: SequenceRecord) =
            let shown = Quote.upTo 40 record.Id

            if not (expected.Contains record.Id) then
                Some(record.Line, $"{shown} is not of this round")
            elif lines.ContainsKey record.Id then
                Some(record.Line, $"{shown} stands on line {lines[record.Id]} already")
            elif record.Sequence <> sequenceOf record.Id then
                Some(record.Line, $"the sequence is not that of {shown}")
            else
                lines[record.Id] <- record.Line
                None

        match table.Records |> Array.tryPick fault with
        | Some(line, reason) -> Error(CampaignError.BadRound(path, line, reason))
        | None ->
            match mutants |> Array.tryFind (lines.ContainsKey >> not) with
            | Some missing ->
                Error(
                    CampaignError.BadRound(
                        path,
                        int64 table.Records.Length + 1L,
                        $"{Quote.upTo 40 missing} of this round is missing"
                    )
                )
            | None -> Ok()

    /// Checks that each cell is filled.
    let private checkCells path (table: SequenceTable) (cells: string[]) =
        let isEmpty (cell: string) = cell.Trim() = ""

        if cells |> Array.forall isEmpty then
            Error(CampaignError.NotMeasured path)
        else
            match cells |> Array.tryFindIndex isEmpty with
            | Some at ->
                Error(
                    CampaignError.BadRound(
                        path,
                        table.Records[at].Line,
                        $"the cell measured of {Quote.upTo 40 table.Records[at].Id} is empty: write the value, or NA where the measurement failed"
                    )
                )
            | None -> Ok()

    /// Reads the cells of the lab, and the numbers in them, by mutant.
    let read path sequenceOf mutants =
        let options =
            { SequenceFile.defaults with
                InputOptions.SequenceColumn = Some "sequence"
                IdColumn = Some "mutant"
            }

        SequenceTable.loadWith options path
        |> Result.mapError CampaignError.Table
        |> Result.bind (fun table ->
            checkRows path sequenceOf mutants table
            |> Result.bind (fun () ->
                SequenceTable.cells "measured" table |> Result.mapError CampaignError.Table)
            |> Result.bind (fun cells ->
                checkCells path table cells
                |> Result.bind (fun () ->
                    SequenceTable.numbers "measured" table |> Result.mapError CampaignError.Table)
                |> Result.map (fun numbers ->
                    Array.zip3 (table.Records |> Array.map _.Id) cells numbers)))
