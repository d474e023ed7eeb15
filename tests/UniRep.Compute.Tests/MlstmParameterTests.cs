namespace UniRep.Compute.Tests;

/// <summary>The list of parameters names every array of a model, once, with its size.</summary>
public sealed class MlstmParameterTests
{
    private static readonly MlstmShape Shape = new(Units: 5, Layers: 2);

    [Fact]
    public void A_model_lists_its_arrays_in_the_order_of_files() =>
        Assert.Equal(
            [
                "embed [26, 10]",
                "layer0.wmx [10, 5]",
                "layer0.wmh [5, 5]",
                "layer0.wx [10, 20]",
                "layer0.wh [5, 20]",
                "layer0.b [20]",
                "layer0.gmx [5]",
                "layer0.gmh [5]",
                "layer0.gx [20]",
                "layer0.gh [20]",
                "layer1.wmx [5, 5]",
                "layer1.wmh [5, 5]",
                "layer1.wx [5, 20]",
                "layer1.wh [5, 20]",
                "layer1.b [20]",
                "layer1.gmx [5]",
                "layer1.gmh [5]",
                "layer1.gx [20]",
                "layer1.gh [20]",
                "head.w [5, 25]",
                "head.b [25]",
            ],
            Shape
                .Parameters()
                .Select(array => $"{array.Name} [{string.Join(", ", array.Dimensions)}]")
        );

    [Fact]
    public void Every_property_of_a_layer_is_in_the_list()
    {
        var properties = typeof(LayerArrays).GetProperties().Select(property => property.Name);
        Assert.Equal(
            properties.Order(StringComparer.OrdinalIgnoreCase),
            MlstmParameter.OfLayer.Select(parameter => parameter.Name).Order(),
            StringComparer.OrdinalIgnoreCase
        );
    }

    [Fact]
    public void Each_matrix_of_a_layer_has_the_gain_of_its_columns()
    {
        var gains = MlstmParameter
            .All.Where(parameter => parameter.Gain is not null)
            .Select(matrix => $"{matrix} {matrix.Gain}");
        Assert.Equal(["wmx gmx", "wmh gmh", "wx gx", "wh gh"], gains);
        Assert.All(
            MlstmParameter.All.Where(parameter => parameter.Kind == ParameterKind.Matrix),
            matrix => Assert.Equal(matrix.Columns(Shape), matrix.Gain!.Columns(Shape))
        );
    }

    [Fact]
    public void Arrays_built_by_parameter_are_found_by_parameter_and_by_property()
    {
        var asked = new List<string>();
        var arrays = MlstmArrays.Create(
            Shape,
            array =>
            {
                asked.Add(array.Name);
                return [asked.Count];
            }
        );
        var list = Shape.Parameters();
        Assert.Equal(list.Select(array => array.Name), asked);
        Assert.Equal(
            Enumerable.Range(1, list.Count).Select(number => (float)number),
            list.Select(array => arrays[array][0])
        );
        Assert.Equal(1, arrays.Embed[0]);
        Assert.Equal(2, arrays.Layers[0].Wmx[0]);
        Assert.Equal(19, arrays.Layers[1].Gh[0]);
        Assert.Equal(20, arrays.HeadW[0]);
        Assert.Equal(21, arrays.HeadB[0]);
    }

    [Fact]
    public void Every_array_of_a_wrong_size_is_named()
    {
        var good = MlstmArrays.Create(Shape, array => new float[array.Length]);
        foreach (var wrong in Shape.Parameters())
        {
            var arrays = MlstmArrays.Create(
                Shape,
                array => new float[array.Length + (array == wrong ? 1 : 0)]
            );
            var error = Assert.Throws<ArgumentException>(() => MlstmEngine.Create(arrays));
            Assert.StartsWith(
                $"{wrong.Name} has {wrong.Length + 1} elements; {wrong.Length} expected.",
                error.Message,
                StringComparison.Ordinal
            );
        }

        using var engine = MlstmEngine.Create(good);
        Assert.Equal(Shape, engine.Shape);
    }

    [Fact]
    public void A_shape_that_the_layers_do_not_fit_is_refused()
    {
        var arrays = MlstmArrays.Create(Shape, array => new float[array.Length]);
        var error = Assert.Throws<ArgumentException>(() =>
            MlstmEngine.Create(arrays with { Shape = new MlstmShape(5, 3) })
        );
        Assert.StartsWith(
            "The shape has 3 layers, the arrays have 2.",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() =>
            MlstmTrainer.Create(arrays with { Shape = new MlstmShape(0, 2) })
        );
    }
}
