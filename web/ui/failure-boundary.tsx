import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface FailureBoundaryProps {
  /** What is shown: another one gets another try. */
  readonly of?: string;
  readonly children: ReactNode;
}

/** Keeps what broke to its own place: the rest of the page, its state and its levers stay as they are. */
export class FailureBoundary extends Component<FailureBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidUpdate({ of }: FailureBoundaryProps) {
    if (this.state.hasFailed && of !== this.props.of) this.setState({ hasFailed: false });
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div role="alert" className="m-3 rounded-md border border-down/45 bg-down-soft p-3">
        <p className="font-semibold text-down">This part cannot be shown</p>
        <p className="mt-0.5">
          It broke, or it belongs to another version of Vigil than the one that runs now. Load the page again.
        </p>
        <Button className="mt-2" onClick={() => window.location.reload()}>
          Load the page again
        </Button>
      </div>
    );
  }
}
