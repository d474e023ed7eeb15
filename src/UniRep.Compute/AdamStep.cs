namespace UniRep.Compute;

/// <summary>
/// The hyper-parameters of one step of Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019):
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← (1 − rate · decay) p − rate · m̂ / (√v̂ + ε). After t steps
/// m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
/// </summary>
public sealed record AdamStep
{
    /// <summary>Gets the learning rate.</summary>
    public required double Rate { get; init; }

    /// <summary>Gets β₁, the decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Gets β₂, the decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Gets ε, added to the square root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gets the weight decay. A step subtracts rate · decay · p.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Gets whether weight decay applies to gains, biases and the embedding too, not only to matrices.</summary>
    public bool DecaysAll { get; init; }

    /// <summary>Gets the norm for gradient clipping: gradients with a larger norm, over all parameters, are scaled down.</summary>
    public double MaximalNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Gets the decay of the exponential moving average (EMA) of the parameters.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Checks that no value can make a parameter NaN or infinite.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public void Check()
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
