namespace UniRep.Charts

open UniRep.Training

/// Draws the loss over the epochs of a training.
[<RequireQualifiedAccess>]
module LossCurve =
    /// Makes the chart: training, validation and out-of-domain loss, in nats per token.
    val chart: title: string -> reports: EpochReport list -> Chart

    /// Draws it as SVG: `{ observer with Draw = Some LossCurve.svg }` keeps it in the folder of a training.
    val svg: reports: EpochReport list -> string
