namespace UniRep.Compute;

/// <summary>One array of a model: a parameter, and the layer that it belongs to.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Layer">The layer, from 0; null for the embedding and the head.</param>
/// <param name="Rows">The number of rows; 1 for a vector.</param>
/// <param name="Columns">The number of columns.</param>
public sealed record ParameterArray(MlstmParameter Parameter, int? Layer, int Rows, int Columns)
{
    /// <summary>Gets the name in files: embed, layer0.wmx, head.w.</summary>
    public string Name => Layer is { } layer ? $"layer{layer}.{Parameter.Name}" : Parameter.Name;

    /// <summary>Gets the number of elements.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>Gets the dimensions in files: [columns] for a vector, else [rows, columns].</summary>
    public IReadOnlyList<int> Dimensions => Parameter.IsVector ? [Columns] : [Rows, Columns];
}
