namespace UniRep.Design

open System.Collections.Generic
open UniRep

[<AbstractClass; Sealed>]
type Metrics =
    static member private Of(metric: Metric, measured, predicted) =
        let measured = Arguments.numbers "measured" measured
        let predicted = Arguments.numbers "predicted" predicted
        metric.Of measured predicted |> Result.orRaise

    static member Spearman(measured: IEnumerable<float>, predicted: IEnumerable<float>) =
        Metrics.Of(Metric.spearman, measured, predicted)

    static member Pearson(measured: IEnumerable<float>, predicted: IEnumerable<float>) =
        Metrics.Of(Metric.pearson, measured, predicted)

    static member Ndcg(measured: IEnumerable<float>, predicted: IEnumerable<float>) =
        Metrics.Of(Metric.proteinGymNdcg, measured, predicted)

    static member TopRecall(measured: IEnumerable<float>, predicted: IEnumerable<float>) =
        Metrics.Of(Metric.topRecall, measured, predicted)
