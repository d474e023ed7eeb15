using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>The parameters and gradients of a model in flat buffers, and the folded matrices that the passes read.</summary>
internal sealed unsafe class TrainingModel : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private readonly AlignedBuffer _parameters;
    private readonly AlignedBuffer _gradients;
    private readonly AlignedBuffer _headTransposed;
    private readonly (WeightNormMatrix Matrix, int Panel)[] _panels;

    public TrainingModel(MlstmArrays arrays)
    {
        Layout = new ParameterLayout(arrays.Shape);
        _parameters = new AlignedBuffer(Layout.Length);
        _gradients = new AlignedBuffer(Layout.Length);
        Layout.Read(arrays, Parameters);
        Layers =
        [
            .. Enumerable.Range(0, Shape.Layers).Select(layer => new TrainingLayer(Layout, layer)),
        ];
        _headTransposed = new AlignedBuffer((long)Layers[0].UnitPanels * Columns * Columns);
        _panels =
        [
            .. Layers
                .SelectMany(layer => layer.Matrices)
                .SelectMany(matrix =>
                    Enumerable.Range(0, matrix.Panels).Select(panel => (matrix, panel))
                ),
        ];
    }

    public MlstmShape Shape => Layout.Shape;

    public ParameterLayout Layout { get; }

    public TrainingLayer[] Layers { get; }

    public float* Parameters => _parameters.Pointer;

    public float* Gradients => _gradients.Pointer;

    /// <summary>The matrix of the head, [H][64].</summary>
    public float* HeadW => Layout[MlstmParameter.HeadW].Panel(Parameters, 0);

    /// <summary>The bias of the head, [64].</summary>
    public float* HeadB => Layout[MlstmParameter.HeadB].Panel(Parameters, 0);

    /// <summary>Gives a panel of the transposed head, [64][64]; the first 25 rows count.</summary>
    public float* HeadTransposed(int panel) =>
        _headTransposed.Pointer + (long)panel * Columns * Columns;

    /// <summary>Computes the folded matrices from the parameters. Every thread calls it.</summary>
    public void Fold(PhasedWorkQueue.Worker worker)
    {
        while (worker.TryTake(_panels.Length, out var item))
        {
            _panels[item].Matrix.Fold(Parameters, _panels[item].Panel);
        }

        worker.EndPhase();
        if (worker.IsFirst)
        {
            Layers[0]
                .Tabulate(
                    Parameters,
                    Layout[MlstmParameter.Embed].Start + Parameters,
                    Shape.Embedding
                );
            for (var panel = 0; panel < Layers[0].UnitPanels; panel++)
            {
                Transposition.Block(
                    HeadW + (long)panel * Columns * Columns,
                    Columns,
                    Math.Min(Columns, Shape.Units - panel * Columns),
                    Columns,
                    HeadTransposed(panel),
                    Columns
                );
            }
        }

        worker.EndPhase();
    }

    /// <summary>Computes the gradients of the raw parameters from those of the folded matrices. Every thread calls it.</summary>
    public void Unfold(PhasedWorkQueue.Worker worker)
    {
        if (worker.IsFirst)
        {
            var (first, embed) = (Layers[0], Layout[MlstmParameter.Embed].Start);
            for (var at = 0; at < MlstmShape.Tokens * Shape.Embedding; at++)
            {
                Gradients[embed + at] = (float)
                    first.EmbeddingGradient(Gradients, at / Shape.Embedding, at % Shape.Embedding);
            }

            first.ComputeTableGradients(Gradients, Parameters + embed, Shape.Embedding);
        }

        worker.EndPhase();
        while (worker.TryTake(_panels.Length, out var item))
        {
            _panels[item].Matrix.Unfold(Parameters, Gradients, _panels[item].Panel);
        }

        worker.EndPhase();
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        System.Runtime.InteropServices.NativeMemory.Clear(
            Gradients,
            (nuint)Layout.Length * sizeof(float)
        );
        Array.ForEach(Layers, layer => layer.ClearGradients());
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _gradients.Dispose();
        _headTransposed.Dispose();
        Array.ForEach(Layers, layer => layer.Dispose());
    }
}
