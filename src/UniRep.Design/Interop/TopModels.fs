namespace UniRep.Design

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep
open UniRep.IO

[<Sealed>]
type FittedTopModel internal (top: TopModel) =
    let facts = readOnlyDict top.Facts
    member _.TopModel = top
    member _.Target = top.Target
    member _.Method = top.Options.Method.Name
    member _.Features = top.Source.Kind.Name
    member _.Rows = top.Rows
    member _.Noise = top.Noise
    member _.Facts = facts

    member _.Predict
        (
            model: UniRepModel | null,
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        FeatureRequest.predict
            (RunOptions.cancelledBy cancellation)
            top
            (model |> Option.ofObj |> Option.map _.Model)
            (Arguments.sequences sequences)
        |> Result.orRaise

    member _.Save(path: string) =
        ArgumentNullException.ThrowIfNull(path, nameof path)
        TopModel.save path top |> Result.orRaise

[<AbstractClass; Sealed>]
type TopModels =
    static member Fit
        (
            learning: TopModelMethod,
            features: FeatureKind,
            model: UniRepModel | null,
            sequences: IEnumerable<string>,
            values: IEnumerable<float>,
            [<Optional; DefaultParameterValue(false)>] density: bool,
            [<Optional; DefaultParameterValue(0UL)>] seed: uint64,
            [<Optional; DefaultParameterValue("value")>] target: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(learning, nameof learning)
        ArgumentNullException.ThrowIfNull(features, nameof features)
        ArgumentNullException.ThrowIfNull(target, nameof target)
        let values = Arguments.numbers (nameof values) values
        let sequences = Arguments.sequences sequences

        if sequences.Length <> values.Length then
            invalidArg (nameof values) $"{values.Length} values of {sequences.Length} sequences"

        let table =
            FeatureRequest.compute
                (RunOptions.cancelledBy cancellation)
                {
                    Kind = features
                    Likelihood = density
                }
                (model |> Option.ofObj |> Option.map _.Model)
                sequences

        let options =
            { TopModelOptions.usual learning with
                Seed = seed
            }

        TopModel.fit options target table values |> Result.orRaise |> FittedTopModel

    static member Fit
        (
            model: UniRepModel,
            sequences: IEnumerable<string>,
            values: IEnumerable<float>,
            [<Optional; DefaultParameterValue("value")>] target: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(model, nameof model)

        TopModels.Fit(
            TopModelMethod.Ridge,
            FeatureKind.Vector Pool.Average,
            model,
            sequences,
            values,
            false,
            0UL,
            target,
            cancellation
        )

    static member Load(path: string) =
        ArgumentNullException.ThrowIfNull(path, nameof path)
        TopModel.load path |> Result.orRaise |> FittedTopModel
