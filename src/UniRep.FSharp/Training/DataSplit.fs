namespace UniRep.Training

open System
open UniRep

type internal Subset = { Corpus: Corpus; Indices: int[] }

type internal DataSplit =
    {
        Training: Subset
        Validation: Subset option
        OutOfDomain: Subset option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Subset =
    let all corpus =
        {
            Corpus = corpus
            Indices = Array.init corpus.Count id
        }

    /// The passes over the sequences: the index of one that is read forward, the complement of it where it is read backward.
    let passes direction subset =
        [|
            for pass in ReadingDirection.passes direction do
                match pass with
                | ReadingDirection.Backward -> yield! Array.map (~~~) subset.Indices
                | _ -> yield! subset.Indices
        |]

    let private indexOf pass = if pass < 0 then ~~~pass else pass

    /// The residues of a pass.
    let lengthOf subset pass = subset.Corpus.Length(indexOf pass)

    /// The tokens of a pass as trainers take them: after stop, those of a sequence that is read backward.
    let tokensOf subset pass =
        let tokens = subset.Corpus.Tokens(indexOf pass)

        if pass < 0 then
            Array.append [| Residue.stop |] ((ReadingDirection.reverse tokens).ToArray())
            |> ReadOnlyMemory
        else
            tokens

    /// A sequence predicts each residue and the token after the last.
    let private cost subset index = int64 (subset.Corpus.Length index) + 1L

    let firstBatch (batchTokens: int) subset =
        let sums =
            subset.Indices |> Array.scan (fun sum index -> sum + cost subset index) 0L

        let count =
            sums
            |> Array.tail
            |> Array.takeWhile (fun sum -> sum <= int64 batchTokens)
            |> Array.length

        { subset with
            Indices = Array.truncate (max 1 count) subset.Indices
        }

    let tokens subset =
        subset.Indices |> Array.sumBy (cost subset)
