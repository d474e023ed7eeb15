namespace UniRep.Design

/// What a top model says of a protein.
[<Struct>]
type Prediction =
    {
        /// The expected measurement; of two classes, the probability of the second.
        Mean: float
        /// The standard deviation of the mean: how little the model knows here, without the noise of a measurement.
        Deviation: float
    }
