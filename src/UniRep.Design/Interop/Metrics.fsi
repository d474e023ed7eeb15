namespace UniRep.Design

open System.Collections.Generic

/// How well predictions agree with measurements, for C#. Every method throws UniRepException where there is no such figure:
/// too few rows, all measurements or predictions the same number, NaN; and ArgumentException unless there are as many of one as
/// of the other.
[<AbstractClass; Sealed>]
type Metrics =
    /// <summary>Spearman's rank correlation; equal values share the mean of their ranks.</summary>
    /// <param name="measured">The measurements.</param>
    /// <param name="predicted">A prediction for each.</param>
    static member Spearman: measured: IEnumerable<float> * predicted: IEnumerable<float> -> float

    /// <summary>Pearson's correlation.</summary>
    /// <param name="measured">The measurements.</param>
    /// <param name="predicted">A prediction for each.</param>
    static member Pearson: measured: IEnumerable<float> * predicted: IEnumerable<float> -> float

    /// <summary>NDCG as ProteinGym has it: gains are measurements scaled from 0 to 1, the first tenth of the predictions
    /// counts.</summary>
    /// <param name="measured">The measurements.</param>
    /// <param name="predicted">A prediction for each.</param>
    static member Ndcg: measured: IEnumerable<float> * predicted: IEnumerable<float> -> float

    /// <summary>ProteinGym's top recall: of the rows at or above the 90th percentile of measurements, the share at or above
    /// that of predictions.</summary>
    /// <param name="measured">The measurements.</param>
    /// <param name="predicted">A prediction for each.</param>
    static member TopRecall: measured: IEnumerable<float> * predicted: IEnumerable<float> -> float
