namespace UniRep.Compute;

/// <summary>
/// One step of Adam (Kingma and Ba 2015), with decoupled weight decay (Loshchilov and Hutter 2019): m ← β₁ m + (1 − β₁) g,
/// v ← β₂ v + (1 − β₂) g², p ← (1 − rate · decay) p − rate · m̂ / (√v̂ + ε), where m̂ and v̂ are m and v over one minus the
/// power of their β.
/// </summary>
public sealed record AdamStep
{
    /// <summary>The learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>β₁.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, outside the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay per unit of the rate.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether gains, biases and the embedding decay like the matrices.</summary>
    public bool DecaysAll { get; init; }

    /// <summary>The largest norm of all gradients together; larger ones are scaled down to it.</summary>
    public double MaximalNorm { get; init; } = double.PositiveInfinity;

    /// <summary>How much of the running mean of the parameters a step keeps, where one is kept.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Raises where a value is no number that Adam can use: its result would be no number either.</summary>
    internal void Check()
    {
        Throw.IfNot(Rate >= 0 && double.IsFinite(Rate), Rate, nameof(Rate));
        Throw.IfNot(Beta1 is >= 0 and < 1, Beta1, nameof(Beta1));
        Throw.IfNot(Beta2 is >= 0 and < 1, Beta2, nameof(Beta2));
        Throw.IfNot((float)Epsilon > 0 && double.IsFinite(Epsilon), Epsilon, nameof(Epsilon));
        Throw.IfNot(
            WeightDecay >= 0 && double.IsFinite(WeightDecay),
            WeightDecay,
            nameof(WeightDecay)
        );
        Throw.IfNot(MaximalNorm > 0, MaximalNorm, nameof(MaximalNorm));
        Throw.IfNot(AverageDecay is >= 0 and < 1, AverageDecay, nameof(AverageDecay));
    }
}
