namespace UniRep

open TorchSharp

/// Operations of libtorch that take numbers. A number travels as a scalar, an object that TorchSharp's conversions leave to the
/// garbage collector, which may free it while libtorch still reads it. Here each scalar lives until its call has returned.
[<RequireQualifiedAccess>]
module internal TorchArithmetic =
    let private using (value: float) (action: Scalar -> torch.Tensor) =
        use scalar: Scalar = Scalar.op_Implicit value
        action scalar

    /// a += b
    let add (b: torch.Tensor) (a: torch.Tensor) = using 1.0 (fun one -> a.add_ (b, one))

    /// a += factor · b
    let addTimes factor (b: torch.Tensor) (a: torch.Tensor) =
        using factor (fun factor -> a.add_ (b, factor))

    /// a += value
    let addNumber value (a: torch.Tensor) = using value (fun value -> a.add_ value)

    /// a += factor · x ⊙ y
    let addProduct factor (x: torch.Tensor) (y: torch.Tensor) (a: torch.Tensor) =
        using factor (fun factor -> a.addcmul_ (x, y, factor))

    /// a += factor · x / y
    let addQuotient factor (x: torch.Tensor) (y: torch.Tensor) (a: torch.Tensor) =
        using factor (fun factor -> a.addcdiv_ (x, y, factor))

    /// Adds each row of b to the row of a that its index names.
    let addRows (indices: torch.Tensor) (b: torch.Tensor) (a: torch.Tensor) =
        using 1.0 (fun one -> a.index_add_ (0L, indices, b, one))

    /// a *= factor
    let multiply factor (a: torch.Tensor) =
        using factor (fun factor -> a.mul_ factor)

    /// factor · a
    let times factor (a: torch.Tensor) =
        using factor (fun factor -> a.mul factor)

    /// max(a, least)
    let atLeast least (a: torch.Tensor) =
        using least (fun least -> a.clamp_min least)
