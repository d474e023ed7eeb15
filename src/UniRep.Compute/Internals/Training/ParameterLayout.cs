using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The place of every parameter of a model in a flat buffer. Parameters, gradients and moments have the same layout.
/// </summary>
internal sealed unsafe class ParameterLayout
{
    private const int PanelColumns = PackedMatrix.Columns;
    private readonly List<PackedParameter> _all = [];
    private readonly Dictionary<(MlstmParameter, int?), PackedParameter> _places = [];

    public ParameterLayout(MlstmShape shape)
    {
        Shape = shape;
        var (units, gates) = (PanelsOfUnits(shape.Units), PanelsOfGates(shape.Units));
        foreach (var array in shape.Parameters())
        {
            var columns =
                array.Parameter.Kind == ParameterKind.Embedding ? null
                : array.Parameter.IsOfHead ? PanelsOfUnits(MlstmShape.Classes)
                : array.Columns == shape.Gates ? gates
                : units;
            var place = new PackedParameter(array, columns, Length);
            _all.Add(place);
            _places.Add((array.Parameter, array.Layer), place);
            Length += place.Length;
        }
    }

    public MlstmShape Shape { get; }

    /// <summary>Every parameter, in the order of the flat buffer.</summary>
    public IReadOnlyList<PackedParameter> All => _all;

    /// <summary>Floats of a flat buffer.</summary>
    public long Length { get; private set; }

    /// <summary>The place of a parameter; the layer is null for the embedding and the head.</summary>
    public PackedParameter this[MlstmParameter parameter, int? layer = null] =>
        _places[(parameter, layer)];

    /// <summary>Copies arrays into a flat buffer.</summary>
    public void Read(MlstmArrays arrays, float* flat)
    {
        foreach (var place in _all)
        {
            place.Read(arrays[place.Array], flat);
        }
    }

    /// <summary>Copies arrays out of a flat buffer.</summary>
    public MlstmArrays Write(float* flat)
    {
        // Lambdas cannot capture pointers.
        var address = (nint)flat;
        return MlstmArrays.Create(
            Shape,
            array => this[array.Parameter, array.Layer].Write((float*)address)
        );
    }

    /// <summary>The column at each place of panels of 64 columns, -1 for padding.</summary>
    private static int[] PanelsOfUnits(int units) =>
        [
            .. Enumerable
                .Range(0, RoundUp(units, PanelColumns))
                .Select(unit => unit < units ? unit : -1),
        ];

    /// <summary>The column at each place of panels that hold i, f, o and u of the same 16 units.</summary>
    private static int[] PanelsOfGates(int units) =>
        [
            .. Enumerable
                .Range(0, RoundUp(units, PackedLayer.UnitsPerPanel) * 4)
                .Select(at =>
                {
                    var gate = at % PanelColumns / PackedLayer.UnitsPerPanel;
                    var unit =
                        at / PanelColumns * PackedLayer.UnitsPerPanel
                        + at % PackedLayer.UnitsPerPanel;
                    return unit < units ? gate * units + unit : -1;
                }),
        ];

    private static int RoundUp(int count, int multiple) =>
        (count + multiple - 1) / multiple * multiple;
}
