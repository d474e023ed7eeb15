namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

[<Sealed>]
type ScoredMutant internal (mutation: Mutation, sequence: Sequence, score: float) =
    member _.Mutation = string mutation
    member _.Position = mutation.Position
    member _.WildType = mutation.Original
    member _.Residue = mutation.Replacement
    member _.Sequence = sequence.Letters
    member _.Score = score
    override _.ToString() = $"{mutation} {score:F3}"

[<AbstractClass; Sealed>]
type Scoring =
    static member private Effects(model, wildType, mutants, cancellation) =
        Scorer.effects
            (RunOptions.cancelledBy cancellation)
            wildType
            (Scorer.languageModel model)
            mutants

    static member Variants
        (
            model: UniRepModel,
            wildType: string,
            variants: IEnumerable<string>,
            [<Optional; DefaultParameterValue(1)>] first: int,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        let wild = Arguments.wildType wildType

        Scoring.Effects(
            Arguments.model model,
            wild,
            Arguments.variants first wild variants,
            cancellation
        )

    static member Sequences
        (
            model: UniRepModel,
            wildType: string,
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        Scoring.Effects(
            Arguments.model model,
            Arguments.wildType wildType,
            Arguments.sequences sequences,
            cancellation
        )

    static member Scan
        (
            model: UniRepModel,
            wildType: string,
            [<Optional; DefaultParameterValue(1)>] first: int,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IReadOnlyList<ScoredMutant> =
        let wild = Arguments.wildType wildType

        let mutants =
            WildType.ofSequence (first - 1) None "wild type" wild
            |> Result.orRaise
            |> Scan.mutants

        let scores =
            Scoring.Effects(Arguments.model model, wild, Array.map snd mutants, cancellation)

        Array.map2
            (fun (mutation, sequence) score -> ScoredMutant(mutation, sequence, score))
            mutants
            scores
