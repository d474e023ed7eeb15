namespace UniRep.Training

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

    /// A sequence predicts each residue and the stop.
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
