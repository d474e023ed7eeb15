namespace UniRep.Design

open System
open System.Collections.Generic
open System.Globalization
open System.IO
open System.Runtime.InteropServices
open System.Security.Cryptography
open System.Text
open UniRep
open UniRep.Compute
open UniRep.IO

/// A candidate of a campaign.
type internal LibraryRow =
    {
        Mutant: string
        Sequence: Sequence
        Line: int64
    }

/// The candidates of a campaign: their file, and the vectors and zero-shot scores that are computed once.
[<RequireQualifiedAccess>]
module internal CampaignLibrary =
    let private standard =
        Residue.letters |> Seq.filter Residue.isStandard |> Seq.sort |> List.ofSeq

    /// Every single mutant of standard residues, in the order of positions and letters.
    let singles first (wildType: Sequence) =
        [|
            for index in 0 .. wildType.Length - 1 do
                let own = wildType.Letters[index]

                if Residue.isStandard own then
                    for letter in standard do
                        if letter <> own then
                            let letters = wildType.Letters.ToCharArray()
                            letters[index] <- letter

                            {
                                Mutant = $"{own}{first + index}{letter}"
                                Sequence = Sequence.parse (String letters) |> Result.orRaise
                                Line = 0L
                            }
        |]

    let rowsOf (table: SequenceTable) =
        table.Records
        |> Array.map (fun record ->
            {
                Mutant = record.Id
                Sequence = record.Sequence
                Line = record.Line
            })

    /// Refuses candidates with the id or the sequence of another.
    let check file (rows: LibraryRow[]) =
        let ids = HashSet<string>()
        let sequences = Dictionary<string, string>()

        let fault row =
            match sequences.TryGetValue row.Sequence.Letters with
            | true, other -> Some(CampaignError.Repeated(file, row.Line, row.Mutant, other))
            | false, _ when not (ids.Add row.Mutant) ->
                Some(
                    CampaignError.BadRound(
                        file,
                        row.Line,
                        $"there are two candidates called {Quote.upTo 40 row.Mutant}"
                    )
                )
            | false, _ ->
                sequences[row.Sequence.Letters] <- row.Mutant
                None

        match rows |> Array.tryPick fault with
        | Some error -> Error error
        | None -> Ok rows

    let number (value: float) =
        value.ToString("R", CultureInfo.InvariantCulture)

    let text (rows: LibraryRow[]) (scores: float[]) =
        let cells = Delimited ','

        [
            "mutant,zero_shot,sequence"
            for row, score in Seq.zip rows scores do
                $"{cells.Cell row.Mutant},{number score},{row.Sequence.Letters}"
        ]
        |> String.concat "\n"
        |> fun lines -> lines + "\n"

    /// Reads `library.csv`, which must be as it was written.
    let read folder digest =
        let path = CampaignFiles.candidates folder

        CampaignFiles.digestOf path
        |> Result.bind (fun found ->
            if found <> digest then
                Error(CampaignError.Damaged(path, "it is not what the manifest says"))
            else
                SequenceTable.load path
                |> Result.bind (fun table ->
                    SequenceTable.numbers "zero_shot" table
                    |> Result.map (fun scores ->
                        rowsOf table, scores |> Array.map (Option.defaultValue nan)))
                |> Result.mapError CampaignError.Table)

    let private both pool =
        let rep = Output.rep.Take
        let likelihood = (Output.logLikelihood true).Take

        {
            Needs = Outputs.Logits
            ReadsBackward = false
            Take =
                Take<float32[] * float>(fun sequence (output: inref<SequenceOutput>) ->
                    FeatureTable.vectorOf pool (rep.Invoke(sequence, &output)),
                    likelihood.Invoke(sequence, &output))
        }

    /// Computes the vectors of candidates, and how much likelier each is than the wild type.
    let compute run pool (model: Model) (wildType: Sequence) (rows: LibraryRow[]) =
        let candidates = rows |> Array.map _.Sequence

        let compute output sequences =
            sequences |> Model.mapMany run output id model |> Seq.map snd |> Array.ofSeq

        match model.Direction with
        | ReadingDirection.Forward ->
            let results = Array.append [| wildType |] candidates |> compute (both pool)
            let _, own = results[0]
            Array.map fst results[1..], results[1..] |> Array.map (fun (_, score) -> score - own)
        | _ ->
            // Vectors are read forward, likelihoods in the directions of the training.
            let vectors =
                candidates |> compute (Output.map (FeatureTable.vectorOf pool) Output.rep)

            vectors, Scorer.effects run wildType (Scorer.languageModel model) candidates

    let private key fingerprint precision pool libraryDigest =
        let kind: Pool = pool

        SHA256.HashData(
            Encoding.UTF8.GetBytes $"{fingerprint} {precision} {kind.Name} {libraryDigest}"
        )

    /// The file of vectors: what they are of, the digest of the numbers, the numbers.
    let vectorBytes fingerprint precision pool libraryDigest (vectors: float32[][]) =
        let numbers = Array.concat vectors
        let bytes = MemoryMarshal.AsBytes(ReadOnlySpan numbers).ToArray()

        Array.concat [ key fingerprint precision pool libraryDigest; SHA256.HashData bytes; bytes ]

    /// Reads the cached vectors; None if there are none.
    let tryVectors folder fingerprint precision pool libraryDigest count =
        let path = CampaignFiles.vectors folder

        if not (File.Exists path) then
            Ok None
        else
            try
                let bytes = File.ReadAllBytes path
                let numbers = bytes[min 64 bytes.Length ..]

                if
                    bytes.Length < 64 || bytes[..31] <> key fingerprint precision pool libraryDigest
                then
                    Error(CampaignError.OtherBits path)
                elif
                    SHA256.HashData numbers <> bytes[32..63] || numbers.Length % (4 * count) <> 0
                then
                    Error(CampaignError.Damaged(path, "its numbers are not what was written"))
                else
                    MemoryMarshal.Cast<byte, float32>(ReadOnlySpan numbers).ToArray()
                    |> Array.chunkBySize (numbers.Length / 4 / count)
                    |> Some
                    |> Ok
            with error when FileFailure.isOne error ->
                CampaignFiles.noAccess path error
