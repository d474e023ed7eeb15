namespace UniRep.Compute.Internals;

/// <summary>Whether arrays have the sizes that a shape calls for.</summary>
internal static class ArraySizes
{
    /// <exception cref="ArgumentException">One has not.</exception>
    public static void Check(MlstmArrays arrays)
    {
        var shape = arrays.Shape;
        if (
            shape.Units < 1
            || shape.Layers < 1
            || shape.Embedding < 1
            || arrays.Layers.Count != shape.Layers
        )
        {
            throw new ArgumentException(
                $"{shape} does not fit {arrays.Layers.Count} layers.",
                nameof(arrays)
            );
        }

        long units = shape.Units;
        long gates = shape.Gates;
        Throw.IfLength(arrays.Embed, (long)MlstmShape.Tokens * shape.Embedding, "embed");
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            var (raw, inputs) = (arrays.Layers[layer], (long)shape.InputWidth(layer));
            Throw.IfLength(raw.Wmx, inputs * units, $"layer{layer}.wmx");
            Throw.IfLength(raw.Wmh, units * units, $"layer{layer}.wmh");
            Throw.IfLength(raw.Wx, inputs * gates, $"layer{layer}.wx");
            Throw.IfLength(raw.Wh, units * gates, $"layer{layer}.wh");
            Throw.IfLength(raw.B, gates, $"layer{layer}.b");
            Throw.IfLength(raw.Gmx, units, $"layer{layer}.gmx");
            Throw.IfLength(raw.Gmh, units, $"layer{layer}.gmh");
            Throw.IfLength(raw.Gx, gates, $"layer{layer}.gx");
            Throw.IfLength(raw.Gh, gates, $"layer{layer}.gh");
        }

        Throw.IfLength(arrays.HeadW, units * MlstmShape.Classes, "head.w");
        Throw.IfLength(arrays.HeadB, MlstmShape.Classes, "head.b");
    }
}
