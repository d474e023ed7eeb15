namespace UniRep.Compute.Internals.Training;

/// <summary>Where every parameter of a model lies in a flat buffer; gradients and moments lie alike.</summary>
internal sealed unsafe class ParameterLayout
{
    private const int PanelColumns = PackedMatrix.Columns;
    private readonly List<Parameter> _all = [];

    public ParameterLayout(MlstmShape shape)
    {
        Shape = shape;
        var units = UnitsInPanels(shape.Units);
        var gates = GatesInPanels(shape.Units);
        int[] classes =
        [
            .. Enumerable
                .Range(0, PanelColumns)
                .Select(column => column < MlstmShape.Classes ? column : -1),
        ];
        Embed = Add(MlstmShape.Tokens, shape.Embedding, null, false);
        Layers =
        [
            .. Enumerable
                .Range(0, shape.Layers)
                .Select(layer => new LayerParameters(
                    Add(shape.InputWidth(layer), shape.Units, units, true),
                    Add(shape.Units, shape.Units, units, true),
                    Add(shape.InputWidth(layer), shape.Gates, gates, true),
                    Add(shape.Units, shape.Gates, gates, true),
                    Add(1, shape.Gates, gates, false),
                    Add(1, shape.Units, units, false),
                    Add(1, shape.Units, units, false),
                    Add(1, shape.Gates, gates, false),
                    Add(1, shape.Gates, gates, false)
                )),
        ];
        HeadW = Add(shape.Units, MlstmShape.Classes, classes, true);
        HeadB = Add(1, MlstmShape.Classes, classes, false);
    }

    public MlstmShape Shape { get; }

    public Parameter Embed { get; }

    public IReadOnlyList<LayerParameters> Layers { get; }

    public Parameter HeadW { get; }

    public Parameter HeadB { get; }

    /// <summary>Every parameter, in the order in which they lie.</summary>
    public IReadOnlyList<Parameter> All => _all;

    /// <summary>Floats of a flat buffer.</summary>
    public long Length { get; private set; }

    /// <summary>Brings arrays into a flat buffer.</summary>
    public void Read(MlstmArrays arrays, float* flat)
    {
        Embed.Read(arrays.Embed, flat);
        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var (at, raw) = (Layers[layer], arrays.Layers[layer]);
            at.Wmx.Read(raw.Wmx, flat);
            at.Wmh.Read(raw.Wmh, flat);
            at.Wx.Read(raw.Wx, flat);
            at.Wh.Read(raw.Wh, flat);
            at.B.Read(raw.B, flat);
            at.Gmx.Read(raw.Gmx, flat);
            at.Gmh.Read(raw.Gmh, flat);
            at.Gx.Read(raw.Gx, flat);
            at.Gh.Read(raw.Gh, flat);
        }

        HeadW.Read(arrays.HeadW, flat);
        HeadB.Read(arrays.HeadB, flat);
    }

    /// <summary>Takes arrays out of a flat buffer.</summary>
    public MlstmArrays Write(float* flat)
    {
        // Lambdas cannot hold pointers.
        var address = (nint)flat;
        float[] Of(Parameter parameter) => parameter.Write((float*)address);
        return new MlstmArrays
        {
            Shape = Shape,
            Embed = Of(Embed),
            Layers =
            [
                .. Layers.Select(at => new LayerArrays
                {
                    Wmx = Of(at.Wmx),
                    Wmh = Of(at.Wmh),
                    Wx = Of(at.Wx),
                    Wh = Of(at.Wh),
                    B = Of(at.B),
                    Gmx = Of(at.Gmx),
                    Gmh = Of(at.Gmh),
                    Gx = Of(at.Gx),
                    Gh = Of(at.Gh),
                }),
            ],
            HeadW = Of(HeadW),
            HeadB = Of(HeadB),
        };
    }

    private static int[] UnitsInPanels(int units) =>
        [
            .. Enumerable
                .Range(0, Whole(units, PanelColumns))
                .Select(unit => unit < units ? unit : -1),
        ];

    /// <summary>A panel holds i, f, o and u of the same 16 units.</summary>
    private static int[] GatesInPanels(int units) =>
        [
            .. Enumerable
                .Range(0, Whole(units, PackedLayer.UnitsPerPanel) * 4)
                .Select(at =>
                {
                    var gate = at % PanelColumns / PackedLayer.UnitsPerPanel;
                    var unit =
                        at / PanelColumns * PackedLayer.UnitsPerPanel
                        + at % PackedLayer.UnitsPerPanel;
                    return unit < units ? gate * units + unit : -1;
                }),
        ];

    private static int Whole(int count, int of) => (count + of - 1) / of * of;

    private Parameter Add(int rows, int columns, int[]? panelColumns, bool decays)
    {
        var parameter = new Parameter(rows, columns, panelColumns, decays, Length);
        _all.Add(parameter);
        Length += parameter.Length;
        return parameter;
    }
}

/// <summary>Where the parameters of one layer lie.</summary>
internal sealed record LayerParameters(
    Parameter Wmx,
    Parameter Wmh,
    Parameter Wx,
    Parameter Wh,
    Parameter B,
    Parameter Gmx,
    Parameter Gmh,
    Parameter Gx,
    Parameter Gh
);
