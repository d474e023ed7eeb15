namespace UniRep.IO

open System.Text
open UniRep

/// Makes records of the rows of alignments in Stockholm format.
[<RequireQualifiedAccess>]
module internal StockholmRecords =
    let private recordOf file policy (text: RecordText) alignment (row: StockholmRow) =
        match row.Name.IndexOf '\000' with
        | -1 ->
            text.Clear()
            let symbols = StockholmText.toA2m policy alignment.Marks row
            let mutable start = 0

            for piece in row.Pieces do
                text.AddRun(piece.Line, piece.Start, symbols, start, piece.Text.Length)
                start <- start + piece.Text.Length

            let header, isLatin1 =
                match alignment.Descriptions.TryGetValue row.Name with
                | true, description -> $"{row.Name} {description.Text}", description.IsLatin1
                | _ -> row.Name, false

            text.ToRecord(policy, row.Name, header, row.Line)
            |> Result.map (fun record -> { record with IsLatin1 = isLatin1 })
        | at ->
            Error(InputError.BadResidue(file, row.Name, row.Line, row.NameStart + at + 1, Rune 0))

    /// Reads the rows of all alignments; only those of one where columns are asked for. The header may have been read
    /// already: then its line is given, else 0.
    let read file keepAligned (policy: LetterPolicy) headerLine reader =
        seq {
            let text = RecordText(file, keepAligned)
            let needsOne = keepAligned || policy.MatchColumns
            let mutable isFirst = true

            for alignment in StockholmText.read file true headerLine reader do
                if needsOne && not isFirst then
                    StockholmText.refuseSecond file alignment

                isFirst <- false

                for row in alignment.Rows do
                    yield recordOf file policy text alignment row
        }
